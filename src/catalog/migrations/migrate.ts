// Brings the tables up to date, in the order of the names below. A migration that landed is never changed.
import type { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { DongneError } from '../../errors.ts'
import type { Tables } from '../schema.ts'
import { tables } from './0001-tables.ts'
import { keywords } from './0002-keywords.ts'
import { modelOutputs } from './0003-model-outputs.ts'
import { exposure } from './0004-exposure.ts'
import { asked } from './0005-asked.ts'
import type { ColumnTypes } from './column-types.ts'

const MIGRATIONS: Readonly<Record<string, (types: ColumnTypes) => Migration>> = {
  '0001-tables': tables,
  '0002-keywords': keywords,
  '0003-model-outputs': modelOutputs,
  '0004-exposure': exposure,
  '0005-asked': asked,
}

interface MigrateOptions {
  /** The database, for errors. */
  readonly where: string
  readonly types: ColumnTypes
  /** Of the tables, where the database has several; it is made where it is missing. */
  readonly schema?: string
}

/** Throws catalog-newer where the database has migrations that this version lacks. */
export async function migrate(db: Kysely<Tables>, options: MigrateOptions): Promise<void> {
  if (await isMigrated(db, options)) return
  const { types, schema } = options
  const migrations = Object.entries(MIGRATIONS).map(([name, migration]) => [name, migration(types)])
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(migrations) as Record<string, Migration> },
    ...(schema !== undefined && { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

/** Whether there is nothing left to migrate. Throws catalog-newer. */
export async function isMigrated(
  db: Kysely<Tables>,
  { where, schema }: Pick<MigrateOptions, 'where' | 'schema'>,
): Promise<boolean> {
  const applied = await appliedNames(db, schema)
  const unknown = applied.filter((name) => !(name in MIGRATIONS))
  if (unknown.length > 0) {
    throw new DongneError(
      'catalog-newer',
      `The catalog ${where} has the unknown migration ${unknown.join(', ')}.`,
    )
  }
  return applied.length === Object.keys(MIGRATIONS).length
}

async function appliedNames(db: Kysely<Tables>, schema: string | undefined): Promise<string[]> {
  const known = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!known.some((table) => table.name === 'kysely_migration' && (!schema || table.schema === schema)))
    return []
  const untyped = db as unknown as Kysely<{ kysely_migration: { name: string } }>
  return (await untyped.selectFrom('kysely_migration').select('name').execute()).map(({ name }) => name)
}
