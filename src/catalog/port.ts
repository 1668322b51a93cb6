// The catalog port: places, vocabularies, events and text vectors, read and write apart.
// Leaves the database to sqlite.ts; every implementation passes test/contract/catalog.ts.
import type { Category } from '../domain/category.ts'
import type { Event } from '../domain/event.ts'
import type { KeywordCluster, PlaceKeyword } from '../domain/keyword.ts'
import type { Place } from '../domain/place.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'

/**
 * One place as of a catalog revision; `place` is absent once it was deleted.
 * Every change takes the next revision, so readers that remember one can catch up.
 */
export interface PlaceChange {
  readonly revision: number
  readonly id: string
  readonly place?: Place
}

/** `seq` counts appended events from 1, in the order in which they became visible. */
export interface StoredEvent extends Event {
  readonly seq: number
}

export interface CatalogCounts {
  readonly places: number
  readonly events: number
  readonly users: number
  readonly regions: number
  readonly spots: number
  readonly categories: number
}

/** The two counters of the change feed: the newest place revision and event seq, 0 when empty; and of vocabularies. */
export interface CatalogPosition {
  readonly revision: number
  readonly seq: number
  /** Grows with every change of regions, spots or categories. */
  readonly vocabulary: number
}

/** Everything that an answer of a language model depends on. */
export interface ModelOutputKey {
  readonly modelId: string
  readonly promptName: string
  readonly promptVersion: number
  /** Of the instructions, the data and the schema. */
  readonly inputHash: string
}

export interface ModelOutput {
  /** JSON, as it was answered. */
  readonly output: unknown
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface CatalogReader {
  /** One cheap read, meant for every request. */
  position(): Promise<CatalogPosition>
  counts(): Promise<CatalogCounts>
  /** This and the reads below bring a place with its `keywords`, if it has any. */
  place(id: string): Promise<Place | undefined>
  /** The places that exist, in no particular order. */
  places(ids: readonly string[]): Promise<Map<string, Place>>
  /** Each place changed after `since` once, in revision order; `since: 0` without deletions is every place. */
  placeChanges(options: {
    since: number
    batchSize?: number
    withDeleted?: boolean
  }): AsyncIterable<PlaceChange[]>
  /** Events after `since` in seq order. */
  events(options: { since: number; batchSize?: number }): AsyncIterable<StoredEvent[]>
  /** The newest events of a user, newest first; impressions, which are many and say little, only when asked for. */
  userEvents(userId: string, options: { limit: number; withImpressions?: boolean }): Promise<StoredEvent[]>
  /** Without geometry unless asked: vocabularies are small, boundaries are not. */
  regions(options?: { withGeometry?: boolean }): Promise<Region[]>
  spots(): Promise<Spot[]>
  categories(): Promise<Category[]>
  /** Places (not closed) that carry exactly this code, by code. */
  categoryCounts(): Promise<Map<string, number>>
  /** The users with the most events, most first, ties by id. */
  users(limit: number): Promise<{ id: string; events: number }[]>
  /** The keywords over all places, those of the most places first, ties by id. */
  keywords(): Promise<KeywordCluster[]>
  /** The places that this keyword tells from others most, best first, ties by id. */
  placesOfKeyword(
    keywordId: string,
    limit: number,
  ): Promise<{ placeId: string; count: number; score: number }[]>
  /** Cached text vectors `[dim]` by text hash; hashes without one are absent. */
  textVectors(modelId: string, hashes: readonly string[]): Promise<Map<string, Float32Array>>
  /** What a language model answered before. */
  modelOutput(key: ModelOutputKey): Promise<ModelOutput | undefined>
}

export interface SaveCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
}

export type SaveStatus = keyof SaveCounts

export interface SaveResult extends SaveCounts {
  /** What happened to each row, in order. */
  readonly statuses: readonly SaveStatus[]
}

/** Every call is one transaction: when it resolves, its rows survive kill -9; when it throws, none are stored. */
export interface CatalogWriter {
  /**
   * Creates or replaces; an identical place takes no new revision. The last of two rows with one id wins. `keywords` are
   * not stored here; a place whose reviews, tags or description change loses those it had, which quote them.
   */
  savePlaces(places: readonly Place[]): Promise<SaveResult>
  /** False where there was no such place. */
  deletePlace(id: string): Promise<boolean>
  /** Appends events whose id is new; an id seen before counts as a duplicate and changes nothing. */
  appendEvents(events: readonly Event[]): Promise<{ appended: number; duplicates: number }>
  /** Removes every event of a user (the one exception to append-only); returns how many there were. */
  eraseUser(userId: string): Promise<number>
  saveRegions(regions: readonly Region[]): Promise<SaveCounts>
  saveSpots(spots: readonly Spot[]): Promise<SaveCounts>
  /** A category already known keeps its names unless the new row brings some. */
  saveCategories(categories: readonly Category[]): Promise<SaveCounts>
  /** These are all keywords from now on. */
  saveKeywords(keywords: readonly KeywordCluster[]): Promise<void>
  /**
   * Replaces the keywords of these places. Where they differ the place takes a new revision, so that whoever follows its
   * changes sees them; unknown places are ignored. Returns how many changed.
   */
  savePlaceKeywords(keywords: ReadonlyMap<string, readonly PlaceKeyword[]>): Promise<number>
  saveTextVectors(modelId: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void>
  /** The last answer to the same question stays. */
  saveModelOutput(key: ModelOutputKey, output: ModelOutput): Promise<void>
}

export interface Catalog extends CatalogReader, CatalogWriter {
  /** The file, or the database without its password: for people. */
  readonly where: string
  close(): Promise<void>
}
