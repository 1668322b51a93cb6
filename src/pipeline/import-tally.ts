// What an import did, in numbers.
// Leaves the rows to the job.
import type { SaveCounts } from '../catalog/port.ts'
import type { Event } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import { HashSet } from './hash-set.ts'

export interface ImportCounts {
  /** Valid rows read. */
  readonly places: number
  readonly events: number
  /** Lines that joined a place. */
  readonly reviews: number
  readonly regions: number
  readonly spots: number
  /** Categories that the rows brought. */
  readonly categories: number
  /** What the rows did to the catalog; all 0 in a dry run. */
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** Places with at least one region that has a boundary, and with one of the finest level. */
  readonly resolved: { readonly regions: number; readonly finest: number }
}

export interface BoundedRegions {
  /** Codes of regions with a boundary. */
  readonly bounded: ReadonlySet<string>
  /** Those of them that are nobody's parent. */
  readonly finest: ReadonlySet<string>
}

/** Counts of a run, row by row. */
export class Tally {
  reviews = 0
  regions = 0
  spots = 0
  #places = 0
  #events = 0
  #resolved = { regions: 0, finest: 0 }
  #saved: SaveCounts = { created: 0, updated: 0, unchanged: 0 }
  readonly #categories = new Set<string>()
  readonly #ids = new HashSet()
  readonly #stored = new Set<string>()

  /** Whether this is the first place of the run with this id. */
  isNew({ id }: Place): boolean {
    return this.#ids.add(id)
  }

  addPlace(place: Place, { bounded, finest }: BoundedRegions): void {
    if (place.regions.some((code) => bounded.has(code))) this.#resolved.regions++
    if (place.regions.some((code) => finest.has(code))) this.#resolved.finest++
  }

  addRows(places: readonly Place[], events: readonly Event[], categories: Iterable<string>): void {
    this.#places += places.length
    this.#events += events.length
    for (const code of categories) this.#categories.add(code)
  }

  addSaved({ created, updated, unchanged }: SaveCounts): void {
    this.#saved = {
      created: this.#saved.created + created,
      updated: this.#saved.updated + updated,
      unchanged: this.#saved.unchanged + unchanged,
    }
  }

  /** Those that this run has not stored yet: vocabularies repeat on every row. */
  freshOnes<T>(kind: string, rows: readonly T[], idOf: (row: T) => string): T[] {
    return rows.filter((row) => {
      const key = `${kind} ${idOf(row)}`
      if (this.#stored.has(key)) return false
      this.#stored.add(key)
      return true
    })
  }

  counts(): ImportCounts {
    return {
      places: this.#places,
      events: this.#events,
      reviews: this.reviews,
      regions: this.regions,
      spots: this.spots,
      categories: this.#categories.size,
      ...this.#saved,
      resolved: this.#resolved,
    }
  }
}
