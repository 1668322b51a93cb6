// A file as a stream of text: gzip by its first bytes, encoding strict, every failure named with its line.
// Leaves rows to rows.ts.
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import iconv from 'iconv-lite'
import { DongneError } from '../errors.ts'

/** 'auto' is UTF-8 where the head of the file is, else CP949, the other encoding of Korean public data. */
export type Encoding = 'auto' | 'utf-8' | (string & {})

export interface Source {
  readonly path: string
  /** As on disk, for progress. */
  readonly bytes: number
  /** Decoded chunks, without a byte order mark. Throws file-corrupt and invalid-encoding. */
  text(options: { encoding: Encoding; onBytes?: (read: number) => void }): AsyncIterable<string>
  /** The first characters, to tell formats apart. */
  head(encoding?: Encoding): Promise<string>
}

const HEAD_BYTES = 65_536
const GZIP_MAGIC = [0x1f, 0x8b]
const NEWLINE = 10

/** Looks at a file. Throws file-not-found or file-empty. */
export async function openSource(path: string): Promise<Source> {
  let bytes: number
  let magic: Buffer
  try {
    const info = await stat(path)
    if (!info.isFile()) throw new DongneError('file-not-found', `${path} is not a file.`)
    bytes = info.size
    const file = await open(path)
    try {
      magic = (await file.read(Buffer.alloc(2), 0, 2, 0)).buffer
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof DongneError) throw cause
    throw new DongneError('file-not-found', `${path} cannot be read: ${(cause as Error).message}.`, { cause })
  }
  if (bytes === 0) throw new DongneError('file-empty', `${path} has no bytes.`)
  const zipped = magic[0] === GZIP_MAGIC[0] && magic[1] === GZIP_MAGIC[1]
  const raw = (onBytes?: (read: number) => void) => readBytes(path, zipped, onBytes)
  const text: Source['text'] = async function* ({ encoding, onBytes }) {
    const isAuto = encoding === 'auto'
    const known = isAuto ? await detect(raw()) : encoding
    yield* /^utf-?8$/i.test(known)
      ? decodeUtf8(raw(onBytes), path)
      : decodeOther(raw(onBytes), known, { path, isAuto })
  }
  return {
    path,
    bytes,
    text,
    async head(encoding = 'auto') {
      let head = ''
      for await (const chunk of text({ encoding })) {
        head += chunk
        if (head.length >= HEAD_BYTES) break
      }
      return head.slice(0, HEAD_BYTES)
    },
  }
}

async function* readBytes(
  path: string,
  zipped: boolean,
  onBytes?: (read: number) => void,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: HEAD_BYTES })
  let read = 0
  file.on('data', (chunk) => onBytes?.((read += chunk.length)))
  const gunzip = zipped ? createGunzip() : undefined
  if (gunzip !== undefined) {
    file.on('error', (error) => gunzip.destroy(error))
    file.pipe(gunzip)
  }
  try {
    for await (const chunk of gunzip ?? file) yield chunk as Buffer
  } catch (cause) {
    if (!String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause
    throw new DongneError('file-corrupt', `${path} is truncated or damaged: ${(cause as Error).message}.`, {
      cause,
    })
  } finally {
    file.destroy()
  }
}

/** UTF-8 where the head decodes strictly, up to a character that the head cuts. */
async function detect(bytes: AsyncIterable<Buffer>): Promise<'utf-8' | 'cp949'> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of bytes) {
    try {
      decoder.decode(chunk, { stream: true })
      return 'utf-8'
    } catch {
      return 'cp949'
    }
  }
  return 'utf-8'
}

async function* decodeUtf8(bytes: AsyncIterable<Buffer>, path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  let read = 0
  for await (const chunk of bytes) {
    let text: string
    try {
      text = decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw new DongneError(
        'invalid-encoding',
        `${path} is not UTF-8: ${describeBadByte(chunk, { line, at: read }, UTF8)}.`,
        { cause },
      )
    }
    for (const byte of chunk) if (byte === NEWLINE) line++
    read += chunk.length
    if (text !== '') yield text
  }
  try {
    decoder.decode()
  } catch (cause) {
    throw new DongneError('invalid-encoding', `${path} ends within a character, on line ${line}.`, { cause })
  }
}

interface Codec {
  /** With U+FFFD for what cannot be decoded. */
  decode(bytes: Buffer): string
  sizeOf(text: string): number
}

const UTF8: Codec = { decode: (bytes) => bytes.toString('utf8'), sizeOf: (text) => Buffer.byteLength(text) }

/**
 * Where the first line of `chunk` that does not decode by itself goes wrong.
 * @param start where the chunk begins: its line, from 1, and its byte of the text, from 0
 */
function describeBadByte(
  chunk: Buffer,
  start: { readonly line: number; readonly at: number },
  { decode, sizeOf }: Codec,
): string {
  let { line } = start
  for (let from = 0; from < chunk.length; line++) {
    const end = chunk.indexOf(NEWLINE, from)
    const stop = end < 0 ? chunk.length : end
    const text = decode(chunk.subarray(from, stop))
    const bad = text.indexOf('\uFFFD')
    if (bad >= 0) {
      const at = from + sizeOf(text.slice(0, bad))
      const byte = chunk[at].toString(16).toUpperCase().padStart(2, '0')
      return `line ${line}, byte ${at - from + 1} (0x${byte}, ${start.at + at} bytes into the file)`
    }
    from = stop + 1
  }
  return `line ${start.line}, at its beginning`
}

async function* decodeOther(
  bytes: AsyncIterable<Buffer>,
  encoding: string,
  { path, isAuto }: { readonly path: string; readonly isAuto: boolean },
): AsyncGenerator<string> {
  if (!iconv.encodingExists(encoding)) {
    throw new DongneError('invalid-encoding', `${path}: the encoding "${encoding}" is not known.`)
  }
  const codec: Codec = {
    decode: (part) => iconv.decode(part, encoding),
    sizeOf: (text) => iconv.encode(text, encoding).length,
  }
  const decoder = iconv.getDecoder(encoding)
  let line = 1
  let read = 0
  for await (const chunk of bytes) {
    const text = decoder.write(chunk)
    if (text.includes('\uFFFD')) {
      const what = isAuto ? 'neither valid UTF-8 nor CP949' : `not ${encoding}`
      const where = describeBadByte(chunk, { line, at: read }, codec)
      throw new DongneError('invalid-encoding', `${path} is ${what}: ${where}.`)
    }
    line += text.split('\n').length - 1
    read += chunk.length
    if (text !== '') yield text
  }
  const rest = decoder.end()
  if (rest !== undefined && rest !== '') yield rest
}
