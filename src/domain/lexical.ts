// What word search sees of a place, and what it answers. Plain data for the lexical index and for engines with their own.

export interface LexicalDocument {
  readonly id: string
  readonly name: string
  /** Names in other languages. */
  readonly names: readonly string[]
  /** Category and area names, as people would type them. */
  readonly categories: readonly string[]
  readonly areas: readonly string[]
  readonly tags: readonly string[]
  readonly address: string
  readonly description: string
}

export interface LexicalHit {
  readonly id: string
  /** Higher is better; comparable within one query only. */
  readonly score: number
  /** Share of the query's words that the document holds, in (0, 1]. */
  readonly coverage: number
  /** The query is a name of the document, apart from spacing and punctuation. */
  readonly named: boolean
  /** Words of the document that matched, as they stand in the index; the most telling first. */
  readonly terms: readonly string[]
}
