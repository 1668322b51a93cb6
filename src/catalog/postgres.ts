// The catalog in a PostgreSQL database, shared by any number of processes.
// Leaves tables to migrations/, queries to kysely-catalog.ts, connections and their errors to node-postgres.ts.
import { Kysely, PostgresDialect, sql } from 'kysely'
import { DongneError } from '../errors.ts'
import { arrayParameters } from './array-parameters.ts'
import { createKyselyCatalog } from './kysely-catalog.ts'
import { POSTGRES_TYPES } from './migrations/column-types.ts'
import { isMigrated, migrate } from './migrations/migrate.ts'
import { createPool, postgresAddress, type PostgresAddress } from './node-postgres.ts'
import type { Catalog } from './port.ts'
import type { Tables } from './schema.ts'

/** Key of the advisory lock under which one process at a time migrates: "dongne" in ASCII. */
const MIGRATION_LOCK = 0x64_6f_6e_67_6e_65
/** How long a process waits while another one migrates. */
const MIGRATION_WAIT = '60s'

const TABLES: readonly (keyof Tables)[] = [
  'counters',
  'events',
  'keywords',
  'place_categories',
  'place_keywords',
  'places',
  'text_vectors',
  'vocabulary',
]

/**
 * Connects and brings the tables up to date, making them (and the schema of ?schema=…) where they are missing.
 * @param url postgres://user:password@host:port/database with pg's options (sslmode, statement_timeout, …).
 * Throws catalog-unreachable, catalog-forbidden, catalog-unsupported, catalog-newer, catalog-locked or missing-package.
 */
export async function openPostgresCatalog(url: string): Promise<Catalog> {
  const address = postgresAddress(url)
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: await createPool(address) }),
    plugins: [arrayParameters()],
  })
  try {
    await migrateOnce(db, address)
    await checkRights(db, address)
    return createKyselyCatalog({ where: address.where, reader: db, writer: db })
  } catch (error) {
    await db.destroy()
    throw error
  }
}

async function migrateOnce(db: Kysely<Tables>, { schema: named, where }: PostgresAddress): Promise<void> {
  const schema = named ?? (await currentSchema(db, where))
  const options = { where, schema, types: POSTGRES_TYPES }
  // Without the lock, so that a role that may not make tables can use those of another.
  if (await isMigrated(db, options)) return
  // The lock lasts as long as this transaction; the migrations have connections and transactions of their own.
  await db.transaction().execute(async (lock) => {
    await sql`
      select set_config('lock_timeout', ${MIGRATION_WAIT}, true), set_config('statement_timeout', '0', true),
        set_config('idle_in_transaction_session_timeout', '0', true)`.execute(lock)
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(lock)
    await migrate(db, options)
  })
}

/** The schema of the search path in which new tables are made. */
async function currentSchema(db: Kysely<Tables>, where: string): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db)
  const { schema } = rows[0]
  if (schema === null) {
    throw new DongneError(
      'catalog-forbidden',
      `The user has no schema in ${where}; name one as ?schema=dongne.`,
    )
  }
  return schema
}

/** Throws catalog-forbidden now, rather than on the first write. */
async function checkRights(db: Kysely<Tables>, { where }: PostgresAddress): Promise<void> {
  const { rows } = await sql<{ name: string; right: string }>`
    select t.name, r.right
    from unnest(${sql.val(TABLES)}::text[]) as t (name), unnest(array['select', 'insert', 'update', 'delete']) as r ("right")
    where not has_table_privilege(quote_ident(t.name), r.right)
    order by 1, 2`.execute(db)
  if (rows.length > 0) {
    const missing = rows.map(({ name, right }) => `${right} on ${name}`).join(', ')
    throw new DongneError('catalog-forbidden', `The user lacks rights in ${where}: ${missing}.`)
  }
  const readOnly = await sql<{ on: boolean }>`
    select current_setting('transaction_read_only') = 'on' as "on"`.execute(db)
  if (readOnly.rows[0].on) {
    throw new DongneError('catalog-forbidden', `The database ${where} is read-only: a standby, or set so.`)
  }
}
