// Places with their vectors as answers use them, kept in memory: one look-up an id. The change feed keeps them true (live.ts).
// Leaves reading to the catalog and the index.
import type { Place } from '../domain/place.ts'

export interface KnownPlace {
  readonly place: Place
  /** `[dim]`, not to be written to; undefined while the place is not indexed. */
  readonly vector: Float32Array | undefined
}

interface Sources {
  places(ids: readonly string[]): Promise<Map<string, Place>>
  vectors(ids: readonly string[]): Promise<Map<string, Float32Array>>
}

/** Some 2 kB each. */
const MAX_PLACES = 50_000

export class PlaceCache {
  readonly #sources: Sources
  /** Oldest first. */
  readonly #known = new Map<string, KnownPlace>()
  /** Grows with everything that is forgotten. */
  #changes = 0

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** The places that exist, in the order of `ids`; undefined for the others. */
  async read(ids: readonly string[]): Promise<(KnownPlace | undefined)[]> {
    const found = ids.map((id) => this.#known.get(id))
    if (!found.includes(undefined)) return found
    const missing = ids.filter((_, index) => found[index] === undefined)
    const changes = this.#changes
    const [places, vectors] = await Promise.all([
      this.#sources.places(missing),
      this.#sources.vectors(missing),
    ])
    ids.forEach((id, index) => {
      const place = found[index] === undefined ? places.get(id) : undefined
      if (place === undefined) return
      found[index] = { place, vector: vectors.get(id) }
      // A change seen meanwhile may be newer than what was read: then the next request reads again.
      if (changes === this.#changes) this.#known.set(id, found[index])
    })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_PLACES) break
      this.#known.delete(oldest)
    }
    return found
  }

  /** The places that exist, without asking the index. */
  async withoutVectors(ids: readonly string[]): Promise<Map<string, Place>> {
    const found = new Map<string, Place>()
    const missing: string[] = []
    for (const id of ids) {
      const known = this.#known.get(id)
      if (known === undefined) missing.push(id)
      else found.set(id, known.place)
    }
    if (missing.length > 0) {
      for (const [id, place] of await this.#sources.places(missing)) found.set(id, place)
    }
    return found
  }

  forget(id: string): void {
    this.#changes++
    this.#known.delete(id)
  }

  clear(): void {
    this.#changes++
    this.#known.clear()
  }
}
