// Brings the tables up to date, in the order of the names below. A migration that landed is never changed.
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DongneError } from '../../errors.ts'
import type { Tables } from '../schema.ts'
import { tables } from './0001-tables.ts'

const MIGRATIONS = { '0001-tables': tables }

/** @param where the database, for errors. Throws catalog-newer where it has migrations that this version lacks. */
export async function migrate(db: Kysely<Tables>, where: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const applied = (await appliedNames(db)).filter((name) => !(name in MIGRATIONS))
  if (applied.length > 0) {
    throw new DongneError(
      'catalog-newer',
      `The catalog ${where} has the unknown migration ${applied.join(', ')}.`,
    )
  }
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function appliedNames(db: Kysely<Tables>): Promise<string[]> {
  const known = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!known.some(({ name }) => name === 'kysely_migration')) return []
  const untyped = db as unknown as Kysely<{ kysely_migration: { name: string } }>
  return (await untyped.selectFrom('kysely_migration').select('name').execute()).map(({ name }) => name)
}
