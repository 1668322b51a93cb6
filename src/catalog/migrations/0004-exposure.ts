// What an impression says besides its position: with what probability it was shown, by which choice, in which arms.
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

export const exposure = (_types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('events').addColumn('propensity', 'double precision').execute()
    await db.schema.alterTable('events').addColumn('choice', 'text').execute()
    await db.schema.alterTable('events').addColumn('experiments', 'text').execute()
  },
})
