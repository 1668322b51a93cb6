// Bitmaps over blocks: bit b of word w stands for block 32 w + b.
// Leaves what a bit means to the callers.

export function createBitmap(bits: number): Uint32Array {
  return new Uint32Array(Math.ceil(bits / 32))
}

export function setBit(bitmap: Uint32Array, bit: number): void {
  bitmap[bit >> 5] |= 1 << (bit & 31)
}

export function hasBit(bitmap: Uint32Array, bit: number): boolean {
  return (bitmap[bit >> 5] & (1 << (bit & 31))) !== 0
}

/** Sets the bits [from, to), a word at a time. */
export function setBits(bitmap: Uint32Array, from: number, to: number): void {
  if (from >= to) return
  const first = from >> 5
  const last = (to - 1) >> 5
  const head = -1 << (from & 31)
  const tail = -1 >>> (31 - ((to - 1) & 31))
  if (first === last) {
    bitmap[first] |= head & tail
    return
  }
  bitmap[first] |= head
  bitmap.fill(-1, first + 1, last)
  bitmap[last] |= tail
}

/** The place of the lowest bit that is set, from 0; `word` is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}
