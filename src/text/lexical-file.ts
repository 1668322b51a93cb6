// A stored word index: one file that is replaced in one step, and read back as it was or not at all.
// Leaves when to store, and what changed since, to recommend/live.ts and the index job.
//
//   a line of JSON (Header), padded with spaces so that the line ends at a multiple of 8 bytes
//   starts u32 [terms + 1]   documents u32 [entries]   lengths u16 [documents, fields]   codes u8 [entries]
//   names u8                 JSON of Names, UTF-8
import { createHash } from 'node:crypto'
import { open, readdir, rm, stat } from 'node:fs/promises'
import { endianness } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { replaceDurably } from '../durable-files.ts'
import { createLexicalIndex, type StorableLexicalIndex, type StoredLexicalIndex } from './lexical-index.ts'
import type { LexicalIndex, LexicalPosition, LexicalStore } from './port.ts'

/** Grows with every change of the file, or of what words of a text are: an older file is made anew. */
const FORMAT = 2
/** Read and hashed in pieces of a millisecond or two, so that requests go on meanwhile. */
const PIECE_BYTES = 2 ** 21
const ALIGNMENT = 8
/** In hexadecimal digits. */
const SHA256_CHARS = 64
/** Writing takes seconds: what is older was left by a process that was killed. */
const LEFTOVER_MS = 3_600_000

interface Header extends LexicalPosition {
  readonly format: number
  /** Byte order of the arrays. */
  readonly order: string
  /** What the places are from. */
  readonly source: string
  readonly terms: number
  readonly documents: number
  readonly entries: number
  readonly lengths: number
  /** Of everything after the header. */
  readonly sha256: string
}

type Names = Pick<StoredLexicalIndex, 'terms' | 'skeletons' | 'ids'>

/**
 * The store of a file. A file that is damaged, of another format or source is reported and read as absent; so is a failure
 * to write: words can always be made anew from the places.
 * @param source names the catalog that the places are from
 */
export function lexicalFile(path: string, source: string, report: (message: string) => void): LexicalStore {
  return {
    create: () => createLexicalIndex(),
    async read() {
      try {
        return await readIndex(path, source)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        report(`Words are made anew from the places: ${(error as Error).message}`)
        return undefined
      }
    },
    async write(index, position) {
      try {
        const stored = (index as StorableLexicalIndex).stored()
        const [bytes] = await Promise.all([bytesOf(stored, source, position), removeLeftovers(path)])
        await replaceDurably(path, bytes)
      } catch (error) {
        report(`Words were not stored, the next start makes them anew: ${(error as Error).message}`)
      }
    },
  }
}

async function readIndex(
  path: string,
  source: string,
): Promise<{ index: LexicalIndex; position: LexicalPosition }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const bytes = new Uint8Array(size)
    for (let start = 0; start < size;) {
      const { bytesRead } = await file.read(bytes, start, Math.min(size - start, PIECE_BYTES))
      if (bytesRead === 0) throw new Error(`${path} ends at byte ${start}.`)
      start += bytesRead
    }
    const end = bytes.indexOf('\n'.charCodeAt(0)) + 1
    const header = parseHeader(path, new TextDecoder().decode(bytes.subarray(0, end)))
    if (header.format !== FORMAT || header.order !== endianness() || header.source !== source)
      throw new Error(`${path} is of another version, machine or catalog.`)
    if ((await sha256(bytes.subarray(end))) !== header.sha256)
      throw new Error(`${path} does not match its checksum.`)
    const { revision, vocabulary } = header
    return { index: createLexicalIndex(sectionsOf(bytes, end, header)), position: { revision, vocabulary } }
  } finally {
    await file.close()
  }
}

async function removeLeftovers(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    const leftover = join(dirname(path), name)
    const { mtimeMs } = await stat(leftover)
    if (Date.now() - mtimeMs > LEFTOVER_MS) await rm(leftover, { force: true })
  }
}

function parseHeader(path: string, line: string): Header {
  try {
    return JSON.parse(line) as Header
  } catch (cause) {
    throw new Error(`${path} does not begin with its header.`, { cause })
  }
}

function sectionsOf(bytes: Uint8Array, from: number, header: Header): StoredLexicalIndex {
  const { terms, entries, lengths } = header
  let at = from
  const next = (sizeBytes: number): [ArrayBuffer, number] => {
    at += sizeBytes
    return [bytes.buffer as ArrayBuffer, at - sizeBytes]
  }
  const starts = new Uint32Array(...next(4 * (terms + 1)), terms + 1)
  const documents = new Uint32Array(...next(4 * entries), entries)
  const fieldLengths = new Uint16Array(...next(2 * lengths), lengths)
  const codes = new Uint8Array(...next(entries), entries)
  const names = JSON.parse(new TextDecoder().decode(bytes.subarray(at))) as Names
  return {
    ...names,
    lengths: fieldLengths,
    postings: { terms: Uint32Array.from({ length: terms }, (_, number) => number), starts, documents, codes },
  }
}

/** Copies what is stored before it first waits. */
async function bytesOf(
  stored: StoredLexicalIndex,
  source: string,
  position: LexicalPosition,
): Promise<Uint8Array> {
  const { terms, skeletons, ids, lengths, postings } = stored
  const header: Header = {
    format: FORMAT,
    order: endianness(),
    source,
    ...position,
    terms: terms.length,
    documents: ids.length,
    entries: postings.documents.length,
    lengths: lengths.length,
    // As long as the sum of what stands after the header.
    sha256: '0'.repeat(SHA256_CHARS),
  }
  const start = lineOf(header)
  const bytes = Buffer.concat([
    start,
    ...[postings.starts, postings.documents, lengths, postings.codes].map(rawBytes),
    Buffer.from(JSON.stringify({ terms, skeletons, ids } satisfies Names)),
  ])
  const sum = await sha256(bytes.subarray(start.length))
  bytes.set(lineOf({ ...header, sha256: sum }))
  return bytes
}

function lineOf(header: Header): Buffer {
  const line = JSON.stringify(header)
  const padded = Math.ceil((Buffer.byteLength(line) + 1) / ALIGNMENT) * ALIGNMENT - 1
  return Buffer.from(`${line.padEnd(line.length + padded - Buffer.byteLength(line))}\n`)
}

function rawBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    hash.update(bytes.subarray(start, start + PIECE_BYTES))
    await nextTurn()
  }
  return hash.digest('hex')
}
