// Gives back the memory of a large intermediate value at once, where V8 would wait and grow the heap instead.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A full collection; some 50 ms. Only for moments when much has just become unreachable. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}
