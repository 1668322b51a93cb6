// A set of strings by their hashes, outside the JavaScript heap: millions of ids in a few megabytes.

/** Grows when fuller than this. */
const MAX_LOAD = 0.6
const FIRST_CAPACITY = 1024

/**
 * Open addressing with linear probing over 53-bit hashes: 13 to 27 bytes an entry. Two strings with one hash count as
 * the same: among 50 million ids some 0.1 pairs.
 */
export class HashSet {
  #slots = new Float64Array(FIRST_CAPACITY)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** False where the set had it. */
  add(text: string): boolean {
    if (this.#size >= MAX_LOAD * this.#slots.length) this.#grow()
    if (!place(this.#slots, hash53(text))) return false
    this.#size++
    return true
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2)
    for (const hash of this.#slots) if (hash !== 0) place(slots, hash)
    this.#slots = slots
  }
}

/** False where `hash` is there. Capacities are powers of two. */
function place(slots: Float64Array, hash: number): boolean {
  const last = slots.length - 1
  let slot = hash % slots.length
  while (slots[slot] !== 0) {
    if (slots[slot] === hash) return false
    slot = (slot + 1) & last
  }
  slots[slot] = hash
  return true
}

/** Two 32-bit FNV-1a hashes in 53 bits; 0 marks an empty slot and is never one. */
function hash53(text: string): number {
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b)
  }
  return (a >>> 0) * 2 ** 21 + ((b >>> 0) & 0x1fffff) || 1
}
