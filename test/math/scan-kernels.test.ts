import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScanKernels, FIRST_ADDRESS } from '../../src/math/scan-kernels.ts'
import { createRandom } from '../../src/math/random.ts'

/** A memory with arrays laid out one after the other. */
function arena() {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true })
  let top = FIRST_ADDRESS
  const take = <T>(
    type: new (buffer: ArrayBufferLike, address: number, length: number) => T,
    length: number,
    bytes: number,
  ) => {
    const array = new type(memory.buffer, top, length)
    const address = top
    top = Math.ceil((top + length * bytes) / 64) * 64
    return { array, address }
  }
  return { kernels: createScanKernels(memory), take }
}

describe('the kernels of a scan', () => {
  it('bound every inner product by its codes, keep the best k and score them as a plain loop does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        fc.constantFrom(1, 1e-20, 1e10),
        (count, dim, k, seed, size) => {
          const random = createRandom(seed)
          const { kernels, take } = arena()
          const stride = Math.ceil(dim / 16) * 16
          const vectors = take(Float32Array, count * dim, 4)
          const codes = take(Int8Array, count * stride, 1)
          const scales = take(Float32Array, count, 4)
          const errors = take(Float32Array, count, 4)
          const query = take(Float64Array, dim, 8)
          const queryCodes = take(Int16Array, stride, 2)
          const blockCount = Math.ceil(count / 64)
          const blocks = take(Uint32Array, blockCount, 4)
          const masks = take(BigUint64Array, blockCount, 8)
          const heap = take(Float64Array, k, 8)
          const heapSize = take(Int32Array, 1, 4)
          const rows = take(Uint32Array, blockCount * 64, 4)
          const scores = take(Float64Array, blockCount * 64, 8)
          for (let i = 0; i < vectors.array.length; i++) vectors.array[i] = (random.next() - 0.5) * size
          kernels.encodeRows(
            vectors.address,
            count,
            dim,
            codes.address,
            stride,
            scales.address,
            errors.address,
          )
          let [length, slack, longest] = [0, 0, 0]
          for (let i = 0; i < dim; i++) {
            query.array[i] = Math.fround(random.next() - 0.5)
            queryCodes.array[i] = Math.round(query.array[i] * 60_000)
            length += (queryCodes.array[i] / 60_000) ** 2
            slack += (query.array[i] - queryCodes.array[i] / 60_000) ** 2
          }
          const exact = Array.from({ length: count }, (_, row) => {
            let [sum, left, squares] = [0, 0, 0]
            for (let i = 0; i < dim; i++) {
              const x = vectors.array[row * dim + i]
              sum += query.array[i] * x
              left += (x - codes.array[row * stride + i] * scales.array[row]) ** 2
              squares += x * x
            }
            expect(Math.sqrt(left)).toBeLessThanOrEqual(errors.array[row])
            longest = Math.max(longest, Math.sqrt(squares))
            return sum
          })
          blocks.array.forEach((_, i) => {
            blocks.array[i] = i
            masks.array[i] = BigInt.asUintN(64, (1n << BigInt(Math.min(64, count - 64 * i))) - 1n)
          })
          const queryError = (Math.sqrt(slack) + 1e-12) * longest * 1.000001
          const found = kernels.scanCodes(
            blocks.address,
            blockCount,
            masks.address,
            codes.address,
            stride,
            scales.address,
            errors.address,
            queryCodes.address,
            1 / 60_000,
            Math.sqrt(length) * 1.000001,
            queryError,
            heap.address,
            heapSize.address,
            k,
            -Infinity,
            Infinity,
            rows.address,
            scores.address,
          )
          const kept = [...rows.array.subarray(0, found)]
          kept.forEach((row, i) => expect(scores.array[i]).toBeGreaterThanOrEqual(exact[row]))
          const best = [...exact.keys()].sort((a, b) => exact[b] - exact[a]).slice(0, k)
          expect(best.filter((row) => !kept.includes(row))).toEqual([])
          if (count >= k) expect(heap.array[0]).toBeLessThanOrEqual(exact[best[best.length - 1]])
          kernels.exactScores(rows.address, found, vectors.address, dim, query.address, scores.address)
          expect([...scores.array.subarray(0, found)]).toEqual(kept.map((row) => exact[row]))
        },
      ),
    )
  })
})
