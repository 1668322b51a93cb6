// A PostgreSQL server of a test's own, on a free port and an empty folder, and a connection to look behind the catalog.
// Leaves installing and starting to scripts/engines/postgres.ts.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { postgres, startPostgres } from '../scripts/engines/postgres.ts'

export const isPostgresInstalled = postgres.installed()
export const WITHOUT_POSTGRES = 'PostgreSQL is not installed (npm run setup:engines)'

export interface TestPostgres {
  readonly url: string
  readonly dataDir: string
  /** The URL with another database, user, or options. */
  urlOf(changes: {
    database?: string
    user?: string
    password?: string
    options?: Record<string, string>
  }): string
  /** Runs SQL as the owner of the server, in a connection of its own. */
  sql(text: string, database?: string): Promise<Record<string, unknown>[]>
  /** SIGKILL to the server and all its processes. */
  kill(): Promise<void>
  /** After `kill` or `stop`, on the same port and folder. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops it and removes its folder. */
  close(): Promise<void>
}

export async function createTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'dongne-postgres-'))
  const port = await freePort()
  let server = await startPostgres({ port, dataDir })
  const { url } = server
  const urlOf: TestPostgres['urlOf'] = ({ database, user, password, options = {} }) => {
    const changed = new URL(url)
    if (database !== undefined) changed.pathname = database
    if (user !== undefined) changed.username = user
    if (password !== undefined) changed.password = encodeURIComponent(password)
    for (const [name, value] of Object.entries(options)) changed.searchParams.set(name, value)
    return changed.href
  }
  return {
    url,
    dataDir,
    urlOf,
    async sql(text, database) {
      const client = new Client({ connectionString: urlOf({ ...(database !== undefined && { database }) }) })
      await client.connect()
      try {
        const { rows } = await client.query<Record<string, unknown>>(text)
        return rows
      } finally {
        await client.end()
      }
    },
    async kill() {
      const { pid } = server.process
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
      const closed = once(server.process, 'close')
      for (const child of [pid!, ...children]) process.kill(child, 'SIGKILL')
      await closed
    },
    async start() {
      server = await startPostgres({ port, dataDir })
    },
    stop: () => server.stop(),
    async close() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
