import { expect, it } from 'vitest'
import { createBitmap, hasBit, lowestBit, setBit, setBits } from '../../src/vector-index/embedded/bitmap.ts'

it('a range of bits is set whole, and nothing beside it', () => {
  const wrong: number[][] = []
  for (let from = 0; from <= 130; from++) {
    for (let to = from; to <= 130; to++) {
      const bitmap = createBitmap(130)
      setBits(bitmap, from, to)
      for (let bit = 0; bit < 130; bit++) {
        if (hasBit(bitmap, bit) !== (bit >= from && bit < to)) wrong.push([from, to, bit])
      }
    }
  }
  expect(wrong).toEqual([])
})

it('single bits and the lowest of them are found, the highest of a word included', () => {
  for (let bit = 0; bit < 32; bit++) {
    const bitmap = createBitmap(32)
    setBit(bitmap, 31)
    setBit(bitmap, bit)
    expect(lowestBit(bitmap[0])).toBe(bit)
  }
})
