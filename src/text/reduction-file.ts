// Keeps what was learnt of a source's vectors: a file a reduction, beside older ones that models still use.
// Leaves learning it to reduction.ts.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceDurably } from '../durable-files.ts'
import { DongneError } from '../errors.ts'
import { reducedModelId, type Reduction } from './reduction.ts'

interface StoredReduction {
  readonly sourceDim: number
  readonly dim: number
  readonly texts: number
  /** float32, little-endian, base64; half a megabyte for 384 to 256 dimensions. */
  readonly mean: string
  readonly directions?: string
}

/** Stores it as the newest of its source. A crash at any moment leaves the one before as the newest. */
export async function saveReduction(folder: string, sourceId: string, reduction: Reduction): Promise<void> {
  await mkdir(folder, { recursive: true })
  const id = reducedModelId(sourceId, reduction)
  const { mean, directions, ...rest } = reduction
  const stored: StoredReduction = {
    ...rest,
    mean: encode(mean),
    ...(directions && { directions: encode(directions) }),
  }
  await replaceDurably(join(folder, fileName(id)), Buffer.from(JSON.stringify(stored)))
  await replaceDurably(currentFile(folder, sourceId), Buffer.from(id))
}

/**
 * The reduction of this model id, or the newest of the source; undefined where there is none. Throws text-encoder-corrupt:
 * the id is the checksum.
 */
export async function loadReduction(
  folder: string,
  sourceId: string,
  modelId?: string,
): Promise<Reduction | undefined> {
  const id = modelId ?? (await readIfPresent(currentFile(folder, sourceId)))
  if (id === undefined) return undefined
  const path = join(folder, fileName(id))
  const text = await readIfPresent(path)
  if (text === undefined && modelId !== undefined) return undefined
  try {
    const { mean, directions, ...rest } = JSON.parse(text ?? '') as StoredReduction
    const reduction = {
      ...rest,
      mean: decode(mean),
      ...(directions !== undefined && { directions: decode(directions) }),
    }
    if (reducedModelId(sourceId, reduction) === id) return reduction
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError))
      throw error
  }
  throw new DongneError('text-encoder-corrupt', `${path} is missing, cut short or damaged.`)
}

const fileName = (id: string) => `${encodeURIComponent(id)}.json`
const currentFile = (folder: string, sourceId: string) =>
  join(folder, `${encodeURIComponent(sourceId)}.current`)

function encode(array: Float32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}

function decode(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
