// Chance that comes out alike wherever and whenever it is asked: a number in [0, 1) from words.
// Two words that differ by one letter have unrelated numbers (FNV-1a, then MurmurHash3's finaliser).

/** Uniform over words, 32 bits. */
export function chance(words: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
