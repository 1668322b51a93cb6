// The versions of an index folder: build beside, activate by a pointer file, drop, and clean up after a crash.
// Leaves the files of one version to version-files.ts.
//
//   <folder>/current                           the name of the active version
//   <folder>/lock                              the process that logs changes, where one does
//   <folder>/<version>/…                       a complete version: it got its name by a rename, when all was on the disk
//   <folder>/.building~<host>~<pid>~<random>/  being written
//   <folder>/.dropped~<random>/                being removed
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DongneError } from '../../errors.ts'
import type { IndexManifest } from '../port.ts'
import type { SegmentData } from './segment-data.ts'
import { replaceDurably, syncFolder } from '../../durable-files.ts'
import { readManifest, writeVersionFiles, type StoredManifest } from './version-files.ts'

const CURRENT = 'current'
/** Held by the process that logs changes (folder-lock.ts). */
export const LOCK = 'lock'
const BUILDING = '.building'
const DROPPED = '.dropped'
const VERSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
/** A writer on another host cannot be asked whether it lives; writing a version takes minutes at most. */
const FOREIGN_LEFTOVER_MS = 24 * 3600 * 1000

/** The folders that this process is writing now. */
const building = new Set<string>()

/** Throws invalid-request for a name that cannot be a folder's. */
export function checkVersionName(version: string): void {
  if (VERSION_NAME.test(version) && version !== CURRENT && version !== LOCK) return
  const detail = `must match ${VERSION_NAME.source} and not be "${CURRENT}" or "${LOCK}" (got "${version}")`
  throw new DongneError('invalid-request', `The version ${detail}.`, {
    errors: [{ pointer: '/version', detail }],
  })
}

/** Name of the active version; undefined where none was ever activated. */
export async function readActive(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, CURRENT), 'utf8')).trim()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export async function writeActive(folder: string, version: string): Promise<void> {
  await replaceDurably(join(folder, CURRENT), Buffer.from(`${version}\n`))
}

export function versionFolder(folder: string, version: string): string {
  return join(folder, version)
}

/** The readable versions, oldest first; a damaged one is left out, opening it says what is wrong. */
export async function listVersions(folder: string): Promise<StoredManifest[]> {
  const manifests: StoredManifest[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || !VERSION_NAME.test(entry.name)) continue
    try {
      manifests.push(await readManifest(versionFolder(folder, entry.name)))
    } catch (error) {
      if (!(error instanceof DongneError)) throw error
    }
  }
  return manifests.sort((a, b) => a.sequence - b.sequence || (a.version < b.version ? -1 : 1))
}

/** Writes a version under its name, in place of a folder that has it already. Throws disk-full. */
export async function writeVersion(
  folder: string,
  manifest: IndexManifest,
  segments: readonly SegmentData[],
  users: SegmentData,
): Promise<void> {
  const sequence = 1 + Math.max(0, ...(await listVersions(folder)).map((version) => version.sequence))
  const name = [BUILDING, encodeURIComponent(hostname()), process.pid, randomUUID()].join('~')
  const temporary = join(folder, name)
  building.add(name)
  try {
    await mkdir(temporary)
    await writeVersionFiles(temporary, { ...manifest, sequence }, segments, users)
    await removeVersion(folder, manifest.version)
    await rename(temporary, versionFolder(folder, manifest.version))
    await syncFolder(folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  } finally {
    building.delete(name)
  }
}

/** Takes the name away first, in one step: what is half removed after a crash is a leftover, not a version. */
export async function removeVersion(folder: string, version: string): Promise<void> {
  const dropped = join(folder, `${DROPPED}~${randomUUID()}`)
  try {
    await rename(versionFolder(folder, version), dropped)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  await syncFolder(folder)
  await rm(dropped, { recursive: true, force: true })
}

/** Removes what crashed processes left, but nothing that a living one is writing. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (await isLeftover(folder, name)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function isLeftover(folder: string, name: string): Promise<boolean> {
  const [kind, host, pid] = name.split('~')
  if (kind === DROPPED) return true
  if (kind === BUILDING) {
    if (host !== encodeURIComponent(hostname())) return isOld(join(folder, name))
    // A restarted container has the pid of its predecessor: only this process knows what it is writing.
    return Number(pid) === process.pid ? !building.has(name) : !isAlive(Number(pid))
  }
  const isTemporary = name.startsWith(`${CURRENT}.`) || name.startsWith(`${LOCK}.`)
  return isTemporary && isOld(join(folder, name))
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > FOREIGN_LEFTOVER_MS
  } catch (error) {
    if (isMissing(error)) return false // its writer has just finished
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0) // signal 0 only asks (kill(2))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
