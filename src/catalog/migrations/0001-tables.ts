// The first schema: places with a change feed, events, vocabularies, text vectors and counters.
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

export const tables = ({ bytes, key }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('counters')
      .addColumn('name', key, (column) => column.primaryKey())
      .addColumn('value', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('places')
      .addColumn('id', key, (column) => column.primaryKey())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('body', 'text')
      .execute()
    await db.schema.createIndex('places_by_revision').on('places').column('revision').unique().execute()
    await db.schema
      .createTable('place_categories')
      .addColumn('place_id', key, (column) => column.notNull())
      .addColumn('code', key, (column) => column.notNull())
      .addPrimaryKeyConstraint('place_categories_key', ['place_id', 'code'])
      .execute()
    await db.schema.createIndex('place_categories_by_code').on('place_categories').column('code').execute()
    await db.schema
      .createTable('events')
      .addColumn('seq', 'bigint', (column) => column.primaryKey())
      .addColumn('id', key, (column) => column.notNull().unique())
      .addColumn('user_id', key, (column) => column.notNull())
      .addColumn('place_id', key, (column) => column.notNull())
      .addColumn('type', key, (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('rating', 'double precision')
      .addColumn('recommendation_id', 'text')
      .addColumn('position', 'integer')
      .execute()
    await db.schema.createIndex('events_by_user').on('events').columns(['user_id', 'at', 'seq']).execute()
    await db.schema
      .createTable('vocabulary')
      .addColumn('kind', key, (column) => column.notNull())
      .addColumn('id', key, (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('geometry', 'text')
      .addPrimaryKeyConstraint('vocabulary_key', ['kind', 'id'])
      .execute()
    await db.schema
      .createTable('text_vectors')
      .addColumn('model_id', key, (column) => column.notNull())
      .addColumn('text_hash', key, (column) => column.notNull())
      .addColumn('vector', bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint('text_vectors_key', ['model_id', 'text_hash'])
      .execute()
  },
})
