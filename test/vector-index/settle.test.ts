import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settleBest, type Found } from '../../src/vector-index/settle.ts'

/** A server that rounds scores to tenths, and gives at most 64 rows. */
function roundingServer(
  rows: readonly { id: string; score: number; matches: boolean }[],
  ordersTies: boolean,
) {
  const sizes: number[] = []
  const served = rows
    .map((row) => ({ ...row, served: Math.round(row.score * 10) / 10 }))
    .sort((a, b) => b.served - a.served || (ordersTies ? (a.id < b.id ? -1 : 1) : 0))
  const fetch = async (size: number): Promise<Found[]> => {
    sizes.push(size)
    return served
      .slice(0, size)
      .map(({ id, served, score, matches }) => ({ id, served, score: matches ? score : undefined }))
  }
  return { sizes, options: { fetch, tolerance: () => 0.06, ordersTies, maxSize: 64 } }
}

const rowsOf = (scores: readonly number[], every = 1) =>
  scores.map((score, at) => ({ id: `r${String(at).padStart(3, '0')}`, score, matches: at % every === 0 }))

describe('the best k of a server that rounds', () => {
  it('are those of brute force, whatever is rounded and left out', async () => {
    const scores = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 64 })
    const property = fc.asyncProperty(
      scores,
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (scores, k, every) => {
        const rows = rowsOf(scores, every)
        const best = rows
          .filter(({ matches }) => matches)
          .map(({ id, score }) => ({ id, score }))
          .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
          .slice(0, k)
        expect(await settleBest({ k, ...roundingServer(rows, false).options })).toEqual(best)
      },
    )
    await fc.assert(property)
  })

  it('are asked for once where the cut is clear', async () => {
    const { sizes, options } = roundingServer(rowsOf(Array.from({ length: 60 }, (_, at) => 100 - at)), true)
    await settleBest({ k: 5, ...options })
    expect(sizes).toEqual([21])
  })

  it('are asked for again where rows beyond the first answer may be better', async () => {
    const { sizes, options } = roundingServer(
      rowsOf(Array.from({ length: 60 }, (_, at) => 1 - at / 1e4)),
      true,
    )
    const hits = await settleBest({ k: 5, ...options })
    expect(sizes.length).toBeGreaterThan(1)
    expect(hits.map(({ id }) => id)).toEqual(['r000', 'r001', 'r002', 'r003', 'r004'])
  })

  it('end within a run of equals where the server orders them, and need its end where it does not', async () => {
    const equals = rowsOf(Array.from({ length: 60 }, () => 1))
    const ordered = roundingServer(equals, true)
    expect((await settleBest({ k: 3, ...ordered.options })).map(({ id }) => id)).toEqual([
      'r000',
      'r001',
      'r002',
    ])
    expect(ordered.sizes).toHaveLength(1)
    const unordered = roundingServer(equals.toReversed(), false)
    const hits = await settleBest({ k: 3, ...unordered.options })
    expect(hits.map(({ id }) => id)).toEqual(['r000', 'r001', 'r002'])
  })
})
