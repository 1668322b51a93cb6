// The files of one version: a file a column, the string tables, and a manifest with the checksum of each.
// Leaves naming, activating and removing versions to version-folders.ts.
import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DongneError } from '../../errors.ts'
import type { IndexManifest } from '../port.ts'
import {
  ARRAY_NAMES,
  ARRAY_TYPES,
  GEOHASH_LENGTH,
  type ArrayName,
  type Columns,
  type StringTables,
} from './columns.ts'
import { syncFolder, writeDurably } from '../../durable-files.ts'

const MANIFEST_FILE = 'manifest.json'
const STRINGS_FILE = 'strings.json'
/** Grows with every change of the files; a version of another format is index-corrupt, that is, built again. */
const FORMAT = 1
/** Read and hashed in pieces: one read is limited to 2 GiB, and the event loop moves on in between. */
const READ_BYTES = 2 ** 26

interface FileSeal {
  readonly sizeBytes: number
  readonly sha256: string
}

/** The manifest as stored; `sequence` counts the versions of a folder, oldest first. */
export interface StoredManifest extends IndexManifest {
  readonly format: number
  readonly sequence: number
  readonly files: Readonly<Record<string, FileSeal>>
}

/** Writes a complete version into an empty folder. The arrays are in the byte order of the machine. */
export async function writeVersionFiles(
  folder: string,
  manifest: IndexManifest & { readonly sequence: number },
  columns: Columns,
): Promise<void> {
  const files: Record<string, FileSeal> = {}
  const write = async (name: string, bytes: Uint8Array) => {
    files[name] = { sizeBytes: bytes.length, sha256: sha256(bytes) }
    await writeDurably(join(folder, name), bytes)
  }
  for (const name of ARRAY_NAMES) {
    const { buffer, byteOffset, byteLength } = columns[name]
    await write(arrayFile(name), new Uint8Array(buffer, byteOffset, byteLength))
  }
  const { ids, regions, spots, categories, tags, timeZones } = columns
  const strings: StringTables = { ids, regions, spots, categories, tags, timeZones }
  await write(STRINGS_FILE, Buffer.from(JSON.stringify(strings)))
  const stored = JSON.stringify({ format: FORMAT, ...manifest, files } satisfies StoredManifest)
  // The seal of the manifest itself stands before it, on a line of its own.
  await writeDurably(join(folder, MANIFEST_FILE), Buffer.from(`${sha256(Buffer.from(stored))}\n${stored}`))
  await syncFolder(folder)
}

/** Throws index-corrupt where the file is absent, damaged or of another format. */
export async function readManifest(folder: string): Promise<StoredManifest> {
  const path = join(folder, MANIFEST_FILE)
  const [seal, stored] = (await readOrCorrupt(path, () => readFile(path, 'utf8'))).split('\n')
  if (stored === undefined || sha256(Buffer.from(stored)) !== seal) {
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

/** Reads and checks a whole version. Throws index-corrupt that names the first damaged file. */
export async function readVersionFiles(
  folder: string,
): Promise<{ manifest: IndexManifest; columns: Columns }> {
  const stored = await readManifest(folder)
  const read = (name: string) => readSealed(join(folder, name), stored.files[name])
  const arrays: Partial<Record<ArrayName, unknown>> = {}
  for (const name of ARRAY_NAMES) {
    const bytes = await read(arrayFile(name))
    arrays[name] = new ARRAY_TYPES[name](bytes.buffer)
  }
  const strings = JSON.parse(new TextDecoder().decode(await read(STRINGS_FILE))) as StringTables
  const { version, dim, modelVersion, revision, count } = stored
  const columns = { dim, ...strings, ...arrays } as Columns
  checkShapes(folder, columns, count)
  return { manifest: { version, dim, modelVersion, revision, count }, columns }
}

function arrayFile(name: ArrayName): string {
  return `${name}.${ARRAY_TYPES[name].name.replace('Array', '').toLowerCase()}`
}

/** Files of different builds would each match a seal, but not one another. */
function checkShapes(folder: string, columns: Columns, count: number): void {
  const rows = {
    ids: columns.ids.length,
    vectors: columns.vectors.length / columns.dim,
    geohashes: columns.geohashes.length / GEOHASH_LENGTH,
    lng: columns.lng.length,
    popularity: columns.popularity.length,
    regionOffsets: columns.regionOffsets.length - 1,
    openOffsets: columns.openOffsets.length - 1,
  }
  for (const [name, actual] of Object.entries(rows)) {
    if (actual !== count) {
      throw new DongneError(
        'index-corrupt',
        `${folder} has ${actual} rows in ${name}, its manifest says ${count}.`,
      )
    }
  }
}

async function readSealed(path: string, seal: FileSeal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (seal === undefined) throw new DongneError('index-corrupt', `${path} is not in the manifest.`)
  return readOrCorrupt(path, async () => {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size !== seal.sizeBytes) {
        throw new DongneError(
          'index-corrupt',
          `${path} has ${size} bytes, its manifest says ${seal.sizeBytes}.`,
        )
      }
      const bytes = new Uint8Array(size)
      const hash = createHash('sha256')
      for (let start = 0; start < size;) {
        const { bytesRead } = await file.read(bytes, start, Math.min(size - start, READ_BYTES))
        if (bytesRead === 0) throw new DongneError('index-corrupt', `${path} ends at byte ${start}.`)
        hash.update(bytes.subarray(start, start + bytesRead))
        start += bytesRead
      }
      if (hash.digest('hex') !== seal.sha256) {
        throw new DongneError('index-corrupt', `${path} does not match its checksum.`)
      }
      return bytes
    } finally {
      await file.close()
    }
  })
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
