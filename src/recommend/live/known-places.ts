// Places and vectors as requests look them up, kept between requests and true at every moment.
// Leaves following the change feed to live.ts, which tells what changed.
import type { Place } from '../../domain/place.ts'
import { LastUsed } from '../../math/last-used.ts'
import type { VectorIndexReader } from '../../vector-index/port.ts'
import type { Encoder } from '../encoder.ts'
import { KnownPlace } from './known-place.ts'

/** Places kept parsed: some 2 kB each. */
const CACHED_PLACES = 50_000
/** Vectors kept: 256 bytes each at 64 dimensions. */
const CACHED_VECTORS = 50_000

/** Where they come from, and how far what is read there can be trusted. */
export interface Readers {
  readPlaces(ids: readonly string[]): Promise<Map<string, Place>>
  readVectors(ids: readonly string[]): Promise<Map<string, Float32Array>>
  encoder(): Encoder
  /** Another value once a place may have changed. */
  placesState(): number
  /** Another value once a vector may have changed; undefined while some lag behind their places. */
  vectorsState(): string | undefined
}

export class KnownPlaces {
  readonly #readers: Readers
  readonly #places = new LastUsed<string, Place>(CACHED_PLACES)
  readonly #vectors = new LastUsed<string, Float32Array>(CACHED_VECTORS)
  readonly #known = new LastUsed<string, KnownPlace>(CACHED_PLACES)
  #generation: object = {}

  constructor(readers: Readers) {
    this.#readers = readers
  }

  /** Another object once a place, a vector or the model may have changed. */
  get generation(): object {
    return this.#generation
  }

  /** A place changed. */
  forget(id: string): void {
    this.#places.delete(id)
    this.forgetVector(id)
  }

  /** Its vector alone did. What is known of a place goes with either of its parts. */
  forgetVector(id: string): void {
    this.#vectors.delete(id)
    this.#known.delete(id)
    this.#generation = {}
  }

  /** Another index version, or another model, serves. */
  forgetVectors(): void {
    this.#vectors.clear()
    this.#known.clear()
    this.#generation = {}
  }

  /** The places that exist. */
  async places(ids: readonly string[]): Promise<Map<string, Place>> {
    const { found, missing } = lookUp(this.#places, ids)
    if (missing.length === 0) return found
    const state = this.#readers.placesState()
    const read = await this.#readers.readPlaces(missing)
    for (const [id, place] of read) {
      found.set(id, place)
      // A change seen meanwhile may be newer than what was read: then the next request reads again.
      if (state === this.#readers.placesState()) this.#places.set(id, place)
    }
    return found
  }

  /** Vectors `[dim]` of the indexed ones. */
  async vectors(ids: readonly string[]): Promise<Map<string, Float32Array>> {
    const { found, missing } = lookUp(this.#vectors, ids)
    if (missing.length === 0) return found
    const state = this.#readers.vectorsState()
    const read = await this.#readers.readVectors(missing)
    // While the index catches up, or was switched meanwhile, what was read may be old: the next request reads again.
    const isSettled = state !== undefined && state === this.#readers.vectorsState()
    for (const [id, vector] of read) {
      found.set(id, vector)
      if (isSettled) this.#vectors.set(id, vector)
    }
    return found
  }

  /** Both of each, undefined where one is missing. */
  async known(ids: readonly string[]): Promise<readonly (KnownPlace | undefined)[]> {
    const known = ids.map((id) => this.#known.get(id))
    const missing = ids.filter((_, index) => known[index] === undefined)
    if (missing.length === 0) return known
    const encoder = this.#readers.encoder()
    const [places, vectors] = await Promise.all([this.places(missing), this.vectors(missing)])
    ids.forEach((id, index) => {
      if (known[index] !== undefined) return
      const [place, vector] = [places.get(id), vectors.get(id)]
      if (place === undefined || vector === undefined) return
      known[index] = knownPlace(encoder, place, vector)
      // As true as what it was made from.
      const isKept = this.#places.get(id) === place && this.#vectors.get(id) === vector
      if (isKept && encoder === this.#readers.encoder()) this.#known.set(id, known[index])
    })
    return known
  }

  /** The same with the vectors of another index, kept by nobody. */
  async knownWith(
    index: VectorIndexReader,
    ids: readonly string[],
  ): Promise<readonly (KnownPlace | undefined)[]> {
    const [places, vectors] = await Promise.all([this.places(ids), index.vectors(ids)])
    return ids.map((id) => {
      const [place, vector] = [places.get(id), vectors.get(id)]
      return place && vector && knownPlace(this.#readers.encoder(), place, vector)
    })
  }
}

function knownPlace({ model }: Encoder, place: Place, vector: Float32Array): KnownPlace {
  return new KnownPlace(place, vector, model.placeRow(place.id) ?? -1, model.placeUsers(place.id))
}

function lookUp<T extends {}>(
  kept: LastUsed<string, T>,
  ids: readonly string[],
): { readonly found: Map<string, T>; readonly missing: string[] } {
  const found = new Map<string, T>()
  const missing: string[] = []
  for (const id of ids) {
    const value = kept.get(id)
    if (value === undefined) missing.push(id)
    else found.set(id, value)
  }
  return { found, missing }
}
