// The catalog in one SQLite file: WAL, every commit synced, one connection that writes and one that reads.
// Leaves tables to migrations/, queries to kysely-catalog.ts.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import { createKyselyCatalog } from './kysely-catalog.ts'
import { SQLITE_TYPES } from './migrations/column-types.ts'
import { migrate } from './migrations/migrate.ts'
import { openConnection, type SqliteConnection } from './node-sqlite.ts'
import type { Catalog } from './port.ts'
import type { Tables } from './schema.ts'

/**
 * WAL with synchronous=full: an acknowledged commit survives kill -9 and power loss. The write-ahead log is cut back
 * to 64 MB after large imports.
 */
const PRAGMAS = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma journal_size_limit = 67108864;
  pragma cache_size = -16384;
`

/**
 * Opens (or creates) the catalog file and brings its tables up to date.
 * Throws catalog-corrupt, catalog-newer, catalog-locked, disk-full or file-not-found.
 */
export async function openSqliteCatalog(
  file: string,
  {
    maxPages,
  }: {
    /** The most pages of 4 kB that the file may have; a quota for tests and small disks. */ readonly maxPages?: number
  } = {},
): Promise<Catalog> {
  mkdirSync(dirname(file), { recursive: true })
  // Kysely shares one SQLite connection between everything: reads would see open transactions. So reads get their own.
  const opened: Kysely<Tables>[] = []
  const open = () => {
    const connection = openConnection(file)
    const db = asKysely(connection)
    opened.push(db)
    connection.exec(PRAGMAS)
    if (maxPages !== undefined) connection.exec(`pragma max_page_count = ${maxPages}`)
    return db
  }
  try {
    const writer = open()
    await migrate(writer, { where: file, types: SQLITE_TYPES })
    return createKyselyCatalog({ where: file, writer, reader: open() })
  } catch (error) {
    for (const db of opened) await db.destroy()
    throw error
  }
}

function asKysely(connection: SqliteConnection): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) })
}
