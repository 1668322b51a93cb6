// What the list of an event had been asked: by which call, with which words.
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

export const asked = (_types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('events').addColumn('call', 'text').execute()
    await db.schema.alterTable('events').addColumn('query', 'text').execute()
  },
})
