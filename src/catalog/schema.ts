// The tables, as Kysely sees them. Portable types only: text, integers, doubles and bytes.

/** One row a place ever seen; a deleted one stays as a tombstone so that the change feed can tell. */
export interface PlaceTable {
  id: string
  /** Of the last change; unique. */
  revision: number
  /** The place as JSON with sorted keys, null once deleted. */
  body: string | null
}

export interface PlaceCategoryTable {
  place_id: string
  code: string
}

export interface EventTable {
  seq: number
  id: string
  user_id: string
  place_id: string
  type: string
  /** Milliseconds since 1970. */
  at: number
  rating: number | null
  recommendation_id: string | null
  position: number | null
  propensity: number | null
  /** JSON. */
  choice: string | null
  /** JSON. */
  experiments: string | null
  call: string | null
  query: string | null
}

/** Regions, spots and categories: `body` without the geometry, which is read only when asked for. */
export interface VocabularyTable {
  kind: 'region' | 'spot' | 'category'
  id: string
  body: string
  geometry: string | null
}

export interface TextVectorTable {
  model_id: string
  text_hash: string
  /** float32, little-endian. */
  vector: Uint8Array
}

/** What a place's texts say of it; rows of a place go when its texts change. */
export interface PlaceKeywordTable {
  place_id: string
  keyword_id: string
  score: number
  /** The keyword with its quotes, as JSON with sorted keys. */
  body: string
}

export interface KeywordTable {
  id: string
  body: string
}

/** Answers of language models as JSON, by what they depend on. */
export interface ModelOutputTable {
  model_id: string
  prompt_name: string
  prompt_version: number
  input_hash: string
  output: string
  /** Milliseconds since 1970. */
  at: number
}

/** The change feed's clock, moved inside each writing transaction. */
export interface CounterTable {
  name: 'revision' | 'seq' | 'vocabulary' | 'erasures'
  value: number
}

export interface Tables {
  places: PlaceTable
  place_categories: PlaceCategoryTable
  events: EventTable
  vocabulary: VocabularyTable
  text_vectors: TextVectorTable
  keywords: KeywordTable
  place_keywords: PlaceKeywordTable
  model_outputs: ModelOutputTable
  counters: CounterTable
}
