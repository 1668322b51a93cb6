// The vector-index port: exact or stated-recall search of places under a filter, versions, and an atomic switch.
// Leaves the meaning of a filter to filter.ts; every engine passes test/contract/vector-index.ts.
import type { LexicalDocument, LexicalHit } from '../domain/lexical.ts'
import type { Filter } from './filter.ts'

/** A place as the index knows it: its vector and everything a filter can ask. Unchanged by the index. */
export interface IndexRow {
  readonly id: string
  /** `[dim]`, finite; usually of unit length, so that the inner product is the cosine. */
  readonly vector: Float32Array
  readonly lng: number
  readonly lat: number
  /** 12 characters. */
  readonly geohash: string
  /** Codes of every level that contains the place. */
  readonly regions: readonly string[]
  readonly spots: readonly string[]
  /** Category codes with all their ancestors. */
  readonly categories: readonly string[]
  readonly tags: readonly string[]
  readonly priceLevel?: number
  readonly rating?: number
  readonly closed: boolean
  /**
   * Open intervals [from, to) in minutes of the local week, Monday 00:00 = 0, to ≤ 10,080, ascending, disjoint;
   * absent where the hours are unknown.
   */
  readonly openMinutes?: readonly (readonly [from: number, to: number])[]
  /** IANA name, for opening hours. */
  readonly timeZone: string
  /** Any non-negative prior of how much is done here; orders `list({ by: 'popularity' })`. */
  readonly popularity: number
  /** Kept by engines with the feature 'words' only; a row without it is found by no words. */
  readonly words?: Omit<LexicalDocument, 'id'>
}

/** A user as the index knows them: where training put their taste, in the space of the places. */
export interface UserRow {
  readonly id: string
  /** `[dim]`, finite. */
  readonly vector: Float32Array
}

export interface Hit {
  readonly id: string
  /** Inner product of query and row: higher is better. */
  readonly score: number
}

export interface SearchQuery {
  /** `[dim]` */
  readonly vector: Float32Array
  readonly filter: Filter
  readonly k: number
  readonly signal?: AbortSignal
  /** Only rows that score at least this. Feature 'minScore'. */
  readonly minScore?: number
  /** The last hit of the page before: only rows after it in the order of answers. Feature 'paging'. */
  readonly after?: Hit
  /** At most one row of each group, its best; rows without a group all count. Feature 'grouping'. */
  readonly groupBy?: GroupBy
  /** Re-orders the best by maximal marginal relevance. Feature 'diversity'. */
  readonly diversity?: Diversity
}

/** By the first category code of a row, or by its first tag with a prefix ("brand:"). */
export type GroupBy = { readonly by: 'category' } | { readonly by: 'tag'; readonly prefix: string }

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): of the `pool` best rows (default 5 k) take one after the
 * other the row with the greatest λ · score − (1 − λ) · its greatest cosine with those taken.
 */
export interface Diversity {
  /** From 0 (different) to 1 (by score). */
  readonly lambda: number
  readonly pool?: number
}

/** What an engine can do beyond plain searches; asked of another one it throws unsupported-capability. */
export type IndexFeature = 'minScore' | 'paging' | 'grouping' | 'diversity' | 'batch' | 'words'

export interface WordQuery {
  readonly query: string
  /** Those of the query (text/words.ts); without any, places are found by the query as their whole name alone. */
  readonly words: readonly string[]
  readonly filter: Filter
  readonly k: number
  readonly signal?: AbortSignal
}

export type ListOrder =
  | { readonly by: 'distance'; readonly lng: number; readonly lat: number }
  | { readonly by: 'popularity' }

export interface ListQuery {
  readonly filter: Filter
  readonly order: ListOrder
  readonly k: number
  readonly signal?: AbortSignal
}

export interface IndexCapabilities {
  /** 1 where results equal the brute force; else the recall@10 that the contract checks. */
  readonly recall: number
  readonly maxK: number
  /** None where absent. */
  readonly features?: readonly IndexFeature[]
}

/** What an index version was built from. */
export interface IndexManifest {
  readonly version: string
  readonly dim: number
  readonly modelVersion: string
  /** Catalog revision up to which place changes are in the index. */
  readonly revision: number
  /** Places. */
  readonly count: number
  /** Users, as built. */
  readonly users: number
}

/** What the caller says of a version to build. */
export type IndexSource = Omit<IndexManifest, 'count' | 'users'>

/** Users as of the build: who came later, or did more since, is placed by their events (recommend/context/user-context.ts). */
export interface UserVectorsReader {
  /** min(k, users) users by descending inner product, ties by ascending id. */
  similar(vector: Float32Array, k: number, signal?: AbortSignal): Promise<Hit[]>
  /** Vectors of the ids that are indexed. */
  vectors(ids: readonly string[]): Promise<Map<string, Float32Array>>
}

/** Reads the active version. Every answer is of one version, also while another one is activated. */
export interface VectorIndexReader {
  readonly capabilities: IndexCapabilities
  /** The active version. */
  manifest(): IndexManifest
  /** min(k, matches) rows by descending inner product, ties by ascending id (UTF-16 code units). */
  search(query: SearchQuery): Promise<Hit[]>
  /** The answers of several searches, all of one version. Feature 'batch'. */
  searchBatch?(queries: readonly SearchQuery[]): Promise<Hit[][]>
  /** The best k places that hold words of a query, ties by ascending id. Feature 'words'. */
  searchWords?(query: WordQuery): Promise<LexicalHit[]>
  /** min(k, matches) ids, nearest or most popular first, ties by ascending id; `score` = −metres or popularity. */
  list(query: ListQuery): Promise<Hit[]>
  /** Those of `ids` that are indexed and match, in the given order. */
  matching(ids: readonly string[], filter: Filter): Promise<string[]>
  /** Vectors of the ids that are indexed. */
  vectors(ids: readonly string[]): Promise<Map<string, Float32Array>>
  count(filter: Filter): Promise<number>
  readonly users: UserVectorsReader
}

export interface VectorIndexWriter {
  /** Visible to the next query. Throws dim-mismatch or non-finite-vector, and then stores none. */
  upsert(rows: readonly IndexRow[]): Promise<void>
  /** Unknown ids are ignored. */
  delete(ids: readonly string[]): Promise<void>
  /**
   * Takes users out of the active version. Unknown ids are ignored. The embedded engine forgets them in this process alone:
   * who is erased is known to the catalog, which readers ask, and is left out of the next build.
   */
  deleteUsers(ids: readonly string[]): Promise<void>
}

export interface VectorIndexVersions {
  /**
   * Builds a complete version beside the active one; it is served only after `activate`. A failure leaves no version.
   * `source.version` names it; the counts are filled in from the rows, of which the last with an id wins.
   * Throws dim-mismatch, non-finite-vector, disk-full, and invalid-request for the name of the active version.
   */
  build(
    source: IndexSource,
    rows: AsyncIterable<readonly IndexRow[]>,
    users?: AsyncIterable<readonly UserRow[]>,
  ): Promise<IndexManifest>
  /**
   * Switches readers to a built version in one step and keeps the one before. Throws no-index where it is unknown.
   * It is served as built: the caller replays the place changes after its `revision`, as after `refresh`.
   */
  activate(version: string): Promise<void>
  /** Built versions, oldest first, and which one is active. */
  versions(): Promise<{ versions: IndexManifest[]; active?: string }>
  /** Removes a version; throws invalid-request for the active one, ignores an unknown one. */
  drop(version: string): Promise<void>
}

export interface VectorIndex extends VectorIndexReader, VectorIndexWriter, VectorIndexVersions {
  /** Opens what another process activated since; true where the active version changed. */
  refresh(): Promise<boolean>
  close(): Promise<void>
}
