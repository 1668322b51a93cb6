// A table to import: what its rows are, and how one becomes a place, an event or a review.
import type { Category } from '../domain/category.ts'
import type { Region } from '../domain/region.ts'
import type { RowFormat } from './rows.ts'
import type { Encoding } from './source.ts'

/** `reviews` are lines that join the places they name. */
export type Target = 'places' | 'events' | 'reviews'

export interface Table {
  readonly target: Target
  readonly format: RowFormat
  readonly encoding: Encoding
  /** May throw invalid-request for a row that cannot become one. */
  toRow(values: Readonly<Record<string, unknown>>, line: number): MappedRow
}

/** What a row becomes: an unchecked place, event or review, and the vocabulary that it brings. */
export interface MappedRow {
  readonly value: Readonly<Record<string, unknown>>
  readonly categories: readonly Category[]
  /** Regions without boundary, largest first. */
  readonly regions: readonly Region[]
}
