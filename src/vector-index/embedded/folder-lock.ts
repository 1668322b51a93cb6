// The right of one process to log changes in an index folder: a file that names it.
// Leaves reading, building and activating versions free: they need no lock.
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writeDurably } from '../../durable-files.ts'
import { DongneError } from '../../errors.ts'
import { LOCK } from './version-folders.ts'

interface Holder {
  readonly host: string
  readonly pid: number
  readonly token: string
}

/** Tokens that this process holds: after a restart of a container another process has its pid. */
const held = new Set<string>()

/** Takes the lock; the result gives it back. Throws index-locked that names the holder. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK)
  const token = randomUUID()
  const mine = `${path}.${token}`
  held.add(token)
  try {
    await writeDurably(
      mine,
      Buffer.from(JSON.stringify({ host: hostname(), pid: process.pid, token } satisfies Holder)),
    )
    for (;;) {
      // A link fails where the name is taken, so of several only one succeeds.
      if (await succeeds(link(mine, path), 'EEXIST')) break
      const holder = await readHolder(path)
      if (holder !== undefined && isHeld(holder)) throw lockedBy(path, holder)
      // Left by a process that ended. Moved away first: where another one has replaced it meanwhile, that is put back.
      const stale = `${path}.${randomUUID()}`
      if (!(await succeeds(rename(path, stale), 'ENOENT'))) continue
      const moved = await readHolder(stale)
      if (moved !== undefined && moved.token !== holder?.token) await succeeds(link(stale, path), 'EEXIST')
      await rm(stale, { force: true })
    }
  } catch (error) {
    held.delete(token)
    throw error
  } finally {
    await rm(mine, { force: true })
  }
  return async () => {
    held.delete(token)
    if ((await readHolder(path))?.token === token) await rm(path, { force: true })
  }
}

function lockedBy(path: string, { host, pid }: Holder): DongneError {
  return new DongneError('index-locked', `${path} is held by process ${pid} on ${host}.`)
}

/** undefined: no file, or not one that a holder wrote. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isHeld({ host, pid, token }: Holder): boolean {
  if (host !== hostname()) return true // nobody here can ask
  if (pid === process.pid) return held.has(token)
  try {
    process.kill(pid, 0) // signal 0 only asks (kill(2))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function succeeds(action: Promise<void>, refusal: string): Promise<boolean> {
  try {
    await action
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === refusal) return false
    throw error
  }
}
