// What language models answered, by everything that the answer depends on.
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

export const modelOutputs = ({ key }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('model_outputs')
      .addColumn('model_id', key, (column) => column.notNull())
      .addColumn('prompt_name', key, (column) => column.notNull())
      .addColumn('prompt_version', 'integer', (column) => column.notNull())
      .addColumn('input_hash', key, (column) => column.notNull())
      .addColumn('output', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('model_outputs_key', [
        'model_id',
        'prompt_name',
        'prompt_version',
        'input_hash',
      ])
      .execute()
  },
})
