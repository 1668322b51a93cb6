// Phases for the tests of the worker pool: they count in shared memory, fail, or end their thread.
import type { Phases } from '../../src/math/worker-pool.ts'

export function createPhases(shared: Int32Array, thread: number): Phases {
  return {
    add: (amount) => void Atomics.add(shared, thread, amount),
    fail: () => {
      if (thread === 1) throw new RangeError('out of luck')
    },
    end: () => {
      if (thread === 1) process.exit(3)
    },
    wait: () => {
      if (thread === 1) Atomics.wait(shared, 0, shared[0])
    },
  }
}
