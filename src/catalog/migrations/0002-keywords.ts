// Keywords over all places, and what the texts of each place say with their quotes.
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

export const keywords = ({ key }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('keywords')
      .addColumn('id', key, (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('place_keywords')
      .addColumn('place_id', key, (column) => column.notNull())
      .addColumn('keyword_id', key, (column) => column.notNull())
      .addColumn('score', 'double precision', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('place_keywords_key', ['place_id', 'keyword_id'])
      .execute()
    await db.schema
      .createIndex('place_keywords_by_keyword')
      .on('place_keywords')
      .columns(['keyword_id', 'score', 'place_id'])
      .execute()
  },
})
