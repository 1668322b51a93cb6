// node:sqlite in the shape that Kysely's SQLite dialect takes, with SQLite's errors as ours.
// Leaves queries to kysely-catalog.ts.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { DongneError, type ErrorCode } from '../errors.ts'
import { LastUsed } from '../math/last-used.ts'

/** SQLite result codes (sqlite.org/rescode.html), low byte. */
const RESULT_CODES: Readonly<Record<number, { readonly code: ErrorCode; readonly what: string }>> = {
  5: { code: 'catalog-locked', what: 'is locked by another process' },
  6: { code: 'catalog-locked', what: 'is locked' },
  10: { code: 'disk-full', what: 'cannot be read or written by the device' },
  11: { code: 'catalog-corrupt', what: 'is damaged' },
  13: { code: 'disk-full', what: 'has no room left on the device' },
  14: { code: 'file-not-found', what: 'cannot be opened' },
  26: { code: 'catalog-corrupt', what: 'is not a database' },
}

/** Statements kept prepared: every query of the catalog, and the batch sizes in use. */
const MAX_STATEMENTS = 200
const BUSY_TIMEOUT_MS = 10_000

/** What Kysely's SqliteDialect calls a database. */
export interface SqliteConnection {
  prepare(sql: string): {
    readonly reader: boolean
    all(parameters: readonly unknown[]): unknown[]
    run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
    iterate(parameters: readonly unknown[]): IterableIterator<unknown>
  }
  exec(sql: string): void
  close(): void
}

/** Opens a database file. Throws catalog-corrupt, catalog-locked, disk-full or file-not-found, also from every call. */
export function openConnection(file: string): SqliteConnection {
  const translate = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw translated(error, file)
    }
  }
  const database = translate(() => new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS }))
  const statements = new LastUsed<string, StatementSync>(MAX_STATEMENTS)
  return {
    prepare(sql) {
      // A write transaction takes its lock at once: two that read first and write later would deadlock (SQLITE_BUSY).
      const text = sql === 'begin' ? 'begin immediate' : sql
      let statement = statements.get(text)
      if (statement === undefined) statements.set(text, (statement = translate(() => database.prepare(text))))
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => translate(() => statement.all(...(parameters as SQLInputValue[]))),
        run: (parameters) => translate(() => statement.run(...(parameters as SQLInputValue[]))),
        iterate: (parameters) => translate(() => statement.iterate(...(parameters as SQLInputValue[]))),
      }
    },
    exec: (sql) => translate(() => database.exec(sql)),
    close() {
      // Brings the log into the file without waiting for other processes: node:sqlite's close leaves it aside.
      translate(() => database.exec('pragma wal_checkpoint(passive)'))
      statements.clear()
      database.close()
    },
  }
}

function translated(error: unknown, file: string): unknown {
  const { errcode } = error as { errcode?: number }
  const known = errcode === undefined ? undefined : RESULT_CODES[errcode & 0xff]
  if (known === undefined) return error
  return new DongneError(known.code, `The catalog ${file} ${known.what} (${(error as Error).message}).`, {
    cause: error,
  })
}
