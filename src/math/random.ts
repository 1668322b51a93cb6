// Seeded random numbers: the same seed gives the same sequence on every machine. Not for secrets.

export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number
  /** Uniform whole number in [0, bound). */
  integer(bound: number): number
  /** Standard normal (Box and Muller, 1958). */
  normal(): number
  pick<T>(list: readonly T[]): T
  /** An index with probability proportional to its weight (≥ 0, not all 0). O(n). */
  weighted(weights: ArrayLike<number>): number
  /** Shuffles in place (Fisher and Yates) and returns the list. */
  shuffle<T extends number[] | unknown[] | Int32Array | Uint32Array>(list: T): T
  /** An independent generator for a named part, so that one part's draws do not move another's. */
  fork(name: string): Random
}

/** sfc32 (C. Doty-Humphrey, PractRand), its state filled from the seed by splitmix32. */
export function createRandom(seed: number): Random {
  let mixer = seed >>> 0
  const splitmix = () => {
    mixer = (mixer + 0x9e3779b9) >>> 0
    let z = mixer
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  let a = splitmix()
  let b = splitmix()
  let c = splitmix()
  let counter = 1
  const uint32 = () => {
    const sum = (((a + b) >>> 0) + counter++) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0
    return sum
  }
  for (let i = 0; i < 12; i++) uint32() // past the seed's first traces
  const next = () => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000
  const integer = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (list) => list[integer(list.length)],
    weighted(weights) {
      let total = 0
      for (let i = 0; i < weights.length; i++) total += weights[i]
      let left = next() * total
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i]
        if (left < 0) return i
      }
      return weights.length - 1
    },
    shuffle(list) {
      for (let i = list.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = list[i]
        list[i] = list[j]
        list[j] = held
      }
      return list
    },
    fork(name) {
      let hash = seed >>> 0
      for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
      return createRandom(hash)
    },
  }
}
