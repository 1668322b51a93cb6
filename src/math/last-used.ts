// A map of limited size that keeps what was used last. Leaves knowing when a value is old to who keeps it.

/** Each value has a size, 1 by default; the ones used longest ago go where the sizes sum to more than the limit. O(1) each. */
export class LastUsed<K, V extends {}> {
  readonly #limit: number
  readonly #sizeOf: (value: V) => number
  /** By last use: a Map keeps the order of insertion. */
  readonly #values = new Map<K, V>()
  /** Stands where all before it is gone: to begin at the first key each time would pass what was deleted there. */
  readonly #oldest = this.#values.keys()
  #size = 0

  constructor(limit: number, sizeOf: (value: V) => number = () => 1) {
    this.#limit = limit
    this.#sizeOf = sizeOf
  }

  /** A use. */
  get(key: K): V | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }

  /** A use as well. Not kept where the value alone is larger than the limit. */
  set(key: K, value: V): void {
    this.delete(key)
    this.#values.set(key, value)
    this.#size += this.#sizeOf(value)
    while (this.#size > this.#limit) this.delete(this.#oldest.next().value!)
  }

  delete(key: K): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#size -= this.#sizeOf(value)
  }

  clear(): void {
    this.#values.clear()
    this.#size = 0
  }
}
