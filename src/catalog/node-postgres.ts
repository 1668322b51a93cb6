// pg's pool in the shape that Kysely's PostgreSQL dialect takes, with PostgreSQL's errors as ours.
// Leaves queries to kysely-catalog.ts. pg is an optional package: it is loaded when the first pool is made.
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { ClientBase, PoolClient, PoolConfig } from 'pg'
import { DongneError, type ErrorCode } from '../errors.ts'

/** Of one process. Reads of requests share them, a write waits for the write before it. */
const MAX_CONNECTIONS = 10

/** Each can be set otherwise in the URL, as ?statement_timeout=600000. */
const SESSION: PoolConfig = {
  application_name: 'dongne',
  /** As long as SQLite waits: a write is short, so who waits longer waits for a process that hangs. */
  lock_timeout: 10_000,
  statement_timeout: 60_000,
  /** A process that stops in the middle of a write, or a host that vanishes, must not stop all others. */
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 30_000,
}

const CONNECT_TIMEOUT_MS = 10_000
/** A server that says nothing for this long after a statement should have timed out is given up. */
const SILENCE_MS = 10_000

/** Ubuntu 22.04 brings it. The tests run on 15, of Debian 12. */
const MIN_SERVER_VERSION = 140_000

/** SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html), whole or its class. */
const SQL_STATES: Readonly<Record<string, { readonly code: ErrorCode; readonly what: string }>> = {
  '08': { code: 'catalog-unreachable', what: 'broke off' },
  '22021': { code: 'invalid-request', what: 'cannot store U+0000' },
  '25006': { code: 'catalog-forbidden', what: 'cannot be written' },
  '28': { code: 'catalog-forbidden', what: 'refused the user' },
  '3D000': { code: 'catalog-unreachable', what: 'is not there' },
  '3F000': { code: 'catalog-forbidden', what: 'has no schema for the tables' },
  '40': { code: 'catalog-locked', what: 'is written by another process' },
  '42501': { code: 'catalog-forbidden', what: 'refused the statement' },
  '53': { code: 'catalog-unreachable', what: 'has no resources left' },
  '53100': { code: 'disk-full', what: 'has no room left on the device' },
  '55P03': { code: 'catalog-locked', what: 'is locked by another process' },
  '57': { code: 'catalog-unreachable', what: 'stopped' },
  '57014': { code: 'catalog-unreachable', what: 'did not answer in time' },
}

export interface PostgresAddress {
  /** For pg. */
  readonly url: string
  /** Of the tables (?schema=…); otherwise the first of the search path. */
  readonly schema: string | undefined
  /** For people: without password and options. */
  readonly where: string
}

/** Takes apart a postgres:// URL that the configuration has checked. */
export function postgresAddress(text: string): PostgresAddress {
  const url = new URL(text)
  const schema = url.searchParams.get('schema') ?? undefined
  url.searchParams.delete('schema')
  const user = url.username === '' ? '' : `${url.username}@`
  const host = url.host === '' ? (url.searchParams.get('host') ?? '') : url.host
  return {
    url: url.href,
    schema,
    where: `postgres://${user}${host}${url.pathname}${schema === undefined ? '' : `?schema=${schema}`}`,
  }
}

/** A pool that connects when it is asked. Throws missing-package; its calls throw the errors of the table above. */
export async function createPool(address: PostgresAddress): Promise<PostgresPool> {
  const pg = await loadPg()
  const { searchParams } = new URL(address.url)
  const statementMs = Number(searchParams.get('statement_timeout') ?? SESSION.statement_timeout)
  const pool = new pg.Pool({
    ...SESSION,
    connectionString: address.url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: statementMs === 0 ? 0 : statementMs + SILENCE_MS,
    onConnect: (client) => prepareSession(client, address),
  })
  // An idle connection ended: the pool has dropped it, and opens another when it is asked.
  pool.on('error', ignore)
  // While it is in use, its query fails with the same error.
  pool.on('connect', (client) => client.on('error', ignore))
  const used = new WeakSet<PoolClient>()
  const checkOut = async (): Promise<PoolClient> => {
    try {
      return await pool.connect()
    } catch (error) {
      throw translated(error, address.where)
    }
  }
  return {
    options: pool.options,
    connect: async () => createCheckout(await checkOut(), { checkOut, used, where: address.where }),
    end: () => pool.end(),
  }
}

async function loadPg() {
  try {
    return (await import('pg')).default
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new DongneError('missing-package', 'PostgreSQL needs the package pg: npm install pg', {
      cause: error,
    })
  }
}

const ignore = (): void => undefined

/**
 * Says what the catalog relies on, whatever the server's defaults: an acknowledged commit is on disk. Throws
 * catalog-unsupported where the server is too old or cannot store every text.
 */
async function prepareSession(client: ClientBase, { schema, where }: PostgresAddress): Promise<void> {
  if (schema !== undefined) {
    await client.query(`select set_config('search_path', $1, false)`, [`"${schema.replaceAll('"', '""')}"`])
  }
  const { rows } = await client.query<{ version: number; encoding: string }>(`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', false) end`)
  checkServer(rows[0], where)
}

/** Throws catalog-unsupported. */
export function checkServer(
  { version, encoding }: { readonly version: number; readonly encoding: string },
  where: string,
): void {
  if (version < MIN_SERVER_VERSION) {
    throw new DongneError(
      'catalog-unsupported',
      `The server of ${where} is PostgreSQL ${Math.floor(version / 10_000)}; dongne needs ${MIN_SERVER_VERSION / 10_000} or later.`,
    )
  }
  if (encoding !== 'UTF8') {
    throw new DongneError(
      'catalog-unsupported',
      `The database ${where} has the encoding ${encoding}, not UTF8.`,
    )
  }
}

interface CheckoutContext {
  checkOut(): Promise<PoolClient>
  /** Connections that have served before, and so may have died since unnoticed. */
  readonly used: WeakSet<PoolClient>
  readonly where: string
}

/**
 * One connection between connect and release. The first statement is a read or the start of a transaction, so where it
 * meets a connection that died while idle (the server was restarted), it is asked again on another.
 */
function createCheckout(first: PoolClient, { checkOut, used, where }: CheckoutContext): PostgresPoolClient {
  let client: PoolClient | undefined = first
  let started = false
  let lost: DongneError | undefined
  const query = async (text: string, parameters: readonly unknown[]) => {
    for (;;) {
      if (client === undefined || lost !== undefined) throw lost
      try {
        const result = await client.query(text, parameters as unknown[])
        started = true
        return result
      } catch (error) {
        const known = translated(error, where)
        if (!isLost(error)) {
          started = true
          throw known
        }
        lost = known as DongneError
        if (started || !used.has(client)) throw lost
        client.release(true)
        client = undefined
        client = await checkOut()
        lost = undefined
      }
    }
  }
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release(discard) {
      if (client === undefined) return
      used.add(client)
      client.release(discard === true || lost !== undefined)
    },
  }
}

/** Whether the connection is gone, or cannot be trusted to answer what it is asked next. */
function isLost(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  if (isSqlState(code)) return severity === 'FATAL' || severity === 'PANIC' || code.startsWith('08')
  return !(error instanceof TypeError)
}

const isSqlState = (code: unknown): code is string => typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)

/** Errors of the server by SQLSTATE; every other one that pg throws is of the connection. */
function translated(error: unknown, where: string): unknown {
  if (error instanceof DongneError || error instanceof TypeError) return error
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  let known: (typeof SQL_STATES)[string] | undefined
  if (isSqlState(code)) {
    known = SQL_STATES[code] ?? SQL_STATES[code.slice(0, 2)]
    if (known === undefined && severity === 'FATAL')
      known = { code: 'catalog-unreachable', what: 'broke off' }
  } else known = { code: 'catalog-unreachable', what: 'cannot be reached' }
  if (known === undefined) return error
  return new DongneError(known.code, `The catalog ${where} ${known.what} (${messageOf(error)}).`, {
    cause: error,
  })
}

function messageOf(error: unknown): string {
  // One error an address that the name has, without a message of its own.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return (error as Error).message
}
