// What the databases call the column types that differ between them. Leaves tables to the migrations.
import { sql, type RawBuilder } from 'kysely'

export interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea'
  /** Text that is compared and ordered by its bytes in UTF-8, whatever the language of the database. */
  readonly key: 'text' | RawBuilder<unknown>
}

export const SQLITE_TYPES: ColumnTypes = { bytes: 'blob', key: 'text' }

export const POSTGRES_TYPES: ColumnTypes = { bytes: 'bytea', key: sql`text collate "C"` }
