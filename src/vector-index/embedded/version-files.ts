// The files of one version: its segments, that of its users, and a manifest with the checksum of each.
// Leaves naming, activating and removing versions to version-folders.ts, the log of changes to change-log.ts.
import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DongneError } from '../../errors.ts'
import { replaceDurably, syncFolder, writeDurably } from '../../durable-files.ts'
import type { IndexManifest } from '../port.ts'
import { allocate, storedBytes, type SegmentData, type SegmentHeader } from './segment-data.ts'

const MANIFEST_FILE = 'manifest.json'
/** Grows with every change of the files; a version of another format is index-corrupt, that is, built again. */
const FORMAT = 3
/** Read and hashed in pieces of a millisecond or two, so that queries go on meanwhile. */
const PIECE_BYTES = 2 ** 21

interface StoredSegment {
  readonly file: string
  readonly header: SegmentHeader
  readonly sha256: string
}

/** The manifest as stored; `sequence` counts the versions of a folder, oldest first. */
export interface StoredManifest extends IndexManifest {
  readonly format: number
  readonly sequence: number
  readonly segments: readonly StoredSegment[]
  readonly userSegment: StoredSegment
  /** Logs from this number on hold what changed since the segments were written. */
  readonly firstLog: number
}

/** Writes a complete version into an empty folder. The arrays are in the byte order of the machine. */
export async function writeVersionFiles(
  folder: string,
  manifest: IndexManifest & { readonly sequence: number },
  segments: readonly SegmentData[],
  users: SegmentData,
): Promise<void> {
  const stored: StoredSegment[] = []
  for (const [number, data] of segments.entries()) {
    stored.push(await writeSegment(folder, `segment-0-${number}.bin`, data))
  }
  const userSegment = await writeSegment(folder, 'users.bin', users)
  const sealed = seal({ ...manifest, format: FORMAT, segments: stored, userSegment, firstLog: 0 })
  await writeDurably(join(folder, MANIFEST_FILE), sealed)
  await syncFolder(folder)
}

/** Puts one segment in the place of all of a version's places, with the logs from `firstLog` on after it. Atomic. */
export async function replaceSegments(
  folder: string,
  manifest: StoredManifest,
  data: SegmentData,
  firstLog: number,
): Promise<StoredManifest> {
  const segment = await writeSegment(folder, `segment-${firstLog}-0.bin`, data)
  const next = { ...manifest, count: data.header.count, segments: [segment], firstLog }
  await replaceDurably(join(folder, MANIFEST_FILE), seal(next))
  return next
}

/** Throws index-corrupt where the file is absent, damaged or of another format. */
export async function readManifest(folder: string): Promise<StoredManifest> {
  const path = join(folder, MANIFEST_FILE)
  const [sum, stored] = (await readOrCorrupt(path, () => readFile(path, 'utf8'))).split('\n')
  if (stored === undefined || sha256(Buffer.from(stored)) !== sum) {
    throw new DongneError('index-corrupt', `${path} does not match its checksum.`)
  }
  const manifest = JSON.parse(stored) as StoredManifest
  if (manifest.format !== FORMAT) {
    throw new DongneError(
      'index-corrupt',
      `${path} has format ${manifest.format}, this dongne reads ${FORMAT}.`,
    )
  }
  return manifest
}

/** Reads and checks the segments of a version. Throws index-corrupt that names the first damaged file. */
export async function readVersionFiles(
  folder: string,
): Promise<{ manifest: StoredManifest; segments: SegmentData[]; users: SegmentData }> {
  for (;;) {
    const manifest = await readManifest(folder)
    try {
      const segments: SegmentData[] = []
      for (const stored of manifest.segments) {
        segments.push(await readSegment(join(folder, stored.file), stored))
      }
      const { userSegment } = manifest
      return { manifest, segments, users: await readSegment(join(folder, userSegment.file), userSegment) }
    } catch (error) {
      // A checkpoint of another process may have replaced the segments while they were read.
      if (!(error instanceof DongneError) || (await readManifest(folder)).firstLog === manifest.firstLog)
        throw error
    }
  }
}

async function writeSegment(folder: string, file: string, data: SegmentData): Promise<StoredSegment> {
  const bytes = storedBytes(data)
  await writeDurably(join(folder, file), bytes)
  const hash = createHash('sha256')
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    hash.update(bytes.subarray(start, start + PIECE_BYTES))
    await nextTurn()
  }
  return { file, header: data.header, sha256: hash.digest('hex') }
}

async function readSegment(path: string, { header, sha256: sum }: StoredSegment): Promise<SegmentData> {
  return readOrCorrupt(path, async () => {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size !== header.storedBytes) {
        throw new DongneError(
          'index-corrupt',
          `${path} has ${size} bytes, its manifest says ${header.storedBytes}.`,
        )
      }
      const data = allocate(header)
      const bytes = storedBytes(data)
      const hash = createHash('sha256')
      for (let start = 0; start < size;) {
        const { bytesRead } = await file.read(bytes, start, Math.min(size - start, PIECE_BYTES))
        if (bytesRead === 0) throw new DongneError('index-corrupt', `${path} ends at byte ${start}.`)
        hash.update(bytes.subarray(start, start + bytesRead))
        start += bytesRead
        await nextTurn()
      }
      if (hash.digest('hex') !== sum) {
        throw new DongneError('index-corrupt', `${path} does not match its checksum.`)
      }
      return data
    } finally {
      await file.close()
    }
  })
}

/** The seal of the manifest itself stands before it, on a line of its own. */
function seal(manifest: StoredManifest): Buffer {
  const stored = JSON.stringify(manifest)
  return Buffer.from(`${sha256(Buffer.from(stored))}\n${stored}`)
}

async function readOrCorrupt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new DongneError('index-corrupt', `${path} is missing.`, { cause: error })
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
