// PostgreSQL of Debian: installs it, and runs a server of its own on 127.0.0.1 (npm run engine:postgres -- --port N --data-dir D).
// Leaves the service that Debian may start, and its data, alone.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const HOST = '127.0.0.1'
const USER = 'dongne'
const DATABASE = 'dongne'

export const postgres = {
  name: 'PostgreSQL',

  installed: (): boolean => findPrograms() !== undefined,

  /** Throws where this is not Debian, or not root. */
  install(): void {
    if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
      throw new Error(
        "Installing PostgreSQL needs Debian's apt-get and root. Remedy: sudo apt-get install postgresql",
      )
    }
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...args: string[]) =>
      execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    apt('update', '-q')
    apt('install', '-y', '-q', '--no-install-recommends', 'postgresql')
  },
}

export interface RunningPostgres {
  readonly url: string
  readonly process: ChildProcess
  /** Rolls back what is open, stops and waits. */
  stop(): Promise<void>
}

/**
 * Starts a server on `dataDir`, which is made with an empty database where it is missing, and waits until it takes
 * connections. PostgreSQL refuses to run as root: there it runs as the user postgres, who then owns the folder.
 * Throws where it is not installed, the user cannot reach the folder, or the server ends.
 */
export async function startPostgres({
  port,
  dataDir,
}: {
  readonly port: number
  readonly dataDir: string
}): Promise<RunningPostgres> {
  const programs = findPrograms()
  if (programs === undefined) throw new Error('PostgreSQL is not installed. Remedy: npm run setup:engines')
  const folder = resolve(dataDir)
  const as = unprivileged()
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o700)
  if ('uid' in as) chownSync(folder, as.uid, as.gid)
  if (!existsSync(join(folder, 'PG_VERSION'))) createDatabase(programs, folder, as)
  const settings = {
    listen_addresses: HOST,
    unix_socket_directories: '',
    // After kill -9 one call rather than one a file: 0.3 s to start instead of 3.
    ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(programs, 'postgres'), ['-D', folder, '-p', String(port), ...options], {
    ...as,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const killed = () => server.kill('SIGKILL')
  process.once('exit', killed)
  server.once('close', () => process.removeListener('exit', killed))
  await untilReady(server)
  return {
    url: `postgres://${USER}@${HOST}:${port}/${DATABASE}`,
    process: server,
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return
      server.kill('SIGINT') // "fast": without waiting for clients
      await once(server, 'close')
    },
  }
}

/** The newest of Debian's versions, else what the PATH has. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

/** Empty: as we are. */
type Identity = { readonly uid: number; readonly gid: number } | Record<never, never>

function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'))
  if (line === undefined)
    throw new Error('There is no user postgres. Remedy: run this as another user than root.')
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** Anybody on this machine may connect without a password: for tests and for trying out. */
function createDatabase(programs: string, folder: string, as: Identity): void {
  const run = (program: string, args: readonly string[], input?: string) => {
    try {
      execFileSync(join(programs, program), args, { ...as, cwd: '/', stdio: 'pipe', ...(input && { input }) })
    } catch (error) {
      const { stderr } = error as { stderr?: Buffer }
      throw new Error(
        `${program} failed for ${folder}: ${stderr?.toString().trim()}\nRemedy: an empty folder that the user postgres can reach, with --data-dir.`,
        { cause: error },
      )
    }
  }
  run('initdb', ['-D', folder, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'])
  run('postgres', ['--single', '-D', folder, 'postgres'], `create database ${DATABASE}\n`)
}

async function untilReady(server: ChildProcess): Promise<void> {
  let log = ''
  const stderr = server.stderr!.setEncoding('utf8')
  await new Promise<void>((ready, failed) => {
    const read = (text: string) => {
      log += text
      if (!log.includes('database system is ready to accept connections')) return
      stderr.removeListener('data', read).resume() // read on, or the server would wait
      ready()
    }
    stderr.on('data', read)
    server.once('error', failed)
    server.once('close', (code) => failed(new Error(`postgres ended with ${code}: ${log.trim()}`)))
  })
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5432' },
      'data-dir': { type: 'string', default: '.engines/postgres' },
    },
  })
  try {
    const server = await startPostgres({ port: Number(values.port), dataDir: values['data-dir'] })
    console.log(`PostgreSQL is ready: DONGNE_DATABASE_URL=${server.url}  (Ctrl-C stops)`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop())
    server.process.stderr!.pipe(process.stderr)
    await once(server.process, 'close')
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
