// The vectors of word pieces in the package: a language model's, distilled (scripts/distill-encoder), as int8 rows.
// Leaves cutting words into pieces to word-pieces.ts, adding vectors up to offline-encoder.ts.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DongneError } from '../errors.ts'

export interface StaticEmbeddings {
  /** Changes with any byte of the file. */
  readonly id: string
  readonly dim: number
  /** By number; those that begin a spaced word start with ▁. */
  readonly pieces: readonly string[]
  /** `[pieces]`: natural logarithm of a piece's probability (a unigram language model; Kudo, ACL 2018). */
  readonly logProbabilities: Float32Array
  /** Of ▁ standing alone before a word whose beginning is no piece. */
  readonly markLogProbability: number
  /** `[pieces, dim]`; the vector of a piece is `scales[piece]` times its row. */
  readonly rows: Int8Array
  /** `[pieces]` */
  readonly scales: Float32Array
}

const FILE = new URL('./static-embeddings.bin', import.meta.url)
const MAGIC = 'DNSE'
const FORMAT = 1
/** Magic, format, pieces, dim, bytes of the pieces' names, logarithm of the mark's probability; four bytes each. */
const HEADER_BYTES = 24

let opened: StaticEmbeddings | undefined

/** Those of the package, read once a process. Throws text-encoder-corrupt. */
export function staticEmbeddings(): StaticEmbeddings {
  opened ??= parseStaticEmbeddings(readFileSync(FILE))
  return opened
}

/** Of a file: header, log probabilities, scales, rows, then the names in UTF-8 with a line each. Throws text-encoder-corrupt. */
export function parseStaticEmbeddings(file: Uint8Array): StaticEmbeddings {
  // A copy, for a Buffer may begin at an odd address of its pool.
  const { buffer } = new Uint8Array(file)
  const corrupt = (what: string) =>
    new DongneError('text-encoder-corrupt', `The offline encoder's vectors ${what}: install dongne again.`)
  if (file.length < HEADER_BYTES || Buffer.from(buffer, 0, 4).toString('latin1') !== MAGIC)
    throw corrupt('are no file of word pieces')
  const header = new DataView(buffer)
  const format = header.getUint32(4, true)
  if (format !== FORMAT) throw corrupt(`have format ${format}, not ${FORMAT}`)
  const count = header.getUint32(8, true)
  const dim = header.getUint32(12, true)
  const nameBytes = header.getUint32(16, true)
  const rowsAt = HEADER_BYTES + 8 * count
  const namesAt = rowsAt + count * dim
  if (file.length !== namesAt + nameBytes) throw corrupt('are cut short or too long')
  const pieces = Buffer.from(buffer, namesAt).toString('utf8').split('\n')
  if (pieces.length !== count) throw corrupt(`name ${pieces.length} pieces instead of ${count}`)
  return {
    id: createHash('sha256').update(file).digest('hex').slice(0, 12),
    dim,
    pieces,
    logProbabilities: new Float32Array(buffer, HEADER_BYTES, count),
    markLogProbability: header.getFloat32(20, true),
    scales: new Float32Array(buffer, HEADER_BYTES + 4 * count, count),
    rows: new Int8Array(buffer, rowsAt, count * dim),
  }
}
