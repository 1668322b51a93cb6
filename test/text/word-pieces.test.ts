import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWordPieces } from '../../src/text/word-pieces.ts'

const PIECES = {
  국: -4,
  수: -4,
  국수: -5,
  수집: -6,
  집: -4,
  '▁car': -3,
  '▁ca': -4,
  r: -2,
  pet: -4,
  '▁carpet': -9,
}
const names = Object.keys(PIECES)
const MARK_LOG_PROBABILITY = -3
const { cut } = createWordPieces({
  pieces: names,
  logProbabilities: Float32Array.from(Object.values(PIECES)),
  markLogProbability: MARK_LOG_PROBABILITY,
})
const piecesOf = (text: string) => cut(text).pieces.map((piece) => names[piece])

describe('word pieces', () => {
  it('cuts a word into the most probable pieces', () => {
    expect(piecesOf('국수집')).toEqual(['국수', '집'])
    expect(piecesOf('carpet')).toEqual(['▁car', 'pet'])
  })

  it('begins a spaced word with its mark, and a Korean one anywhere', () => {
    expect(piecesOf('pet')).toEqual(['pet']) // the mark stands alone
    expect(piecesOf('car 국수')).toEqual(['▁car', '국수'])
    expect(piecesOf('바국수')).toEqual(['국수'])
  })

  it('names words that no piece is part of', () => {
    expect(cut('すし 국수 бар')).toEqual({ pieces: [names.indexOf('국수')], unknown: ['すし', 'бар'] })
    expect(cut(' ★ ')).toEqual({ pieces: [], unknown: [] })
  })

  it('finds what trying every cut finds', () => {
    const unit = fc.constantFrom('국', '수', '집', '바')
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 7 }), (word) => {
        const probability = cut(word).pieces.reduce((sum, piece) => sum + Object.values(PIECES)[piece], 0)
        const covered = cut(word).pieces.reduce((sum, piece) => sum + names[piece].length, 0)
        expect(probability + (word.length - covered) * -20).toBeCloseTo(bestOf(word), 6)
      }),
    )
  })

  it('stays quick for a word without end', () => {
    expect(piecesOf('국수'.repeat(100_000)).length).toBeLessThan(1000)
  })
})

/** Log probability of the best of all cuts. */
function bestOf(word: string): number {
  if (word === '') return 0
  let best = -20 + bestOf(word.slice(1))
  for (let end = 1; end <= word.length; end++) {
    const piece = (PIECES as Record<string, number>)[word.slice(0, end)]
    if (piece !== undefined) best = Math.max(best, piece + bestOf(word.slice(end)))
  }
  return best
}
