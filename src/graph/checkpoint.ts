// What an interrupted training needs to go on, as one checksummed file that is replaced in one step.
// Leaves when to save to train.ts, and the file's place to the caller.
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { replaceDurably } from '../durable-files.ts'
import { DongneError } from '../errors.ts'
import type { TrainerState } from './trainer.ts'
import type { Parameters } from './parameters.ts'

export interface Checkpoint {
  /** Hash of everything that the result depends on; a run goes on from a checkpoint of its own only. */
  readonly fingerprint: string
  /** Epochs done, and planned. */
  readonly epoch: number
  readonly epochs: number
  readonly elapsedMs: number
  readonly curve: readonly EpochRecord[]
  /** The best score of the validation slice and its standard error. */
  readonly peak: { readonly ndcg: number; readonly error: number }
  /** The latest epoch that is as good as the best, within that error. */
  readonly best: { readonly epoch: number; readonly ndcg: number; readonly parameters: Parameters }
  readonly trainer: TrainerState
}

export interface EpochRecord {
  readonly epoch: number
  readonly loss: number
  /** NDCG@20 on the validation slice, where it was scored after this epoch. */
  readonly ndcg?: number
}

export interface CheckpointStore {
  /** Shortest time between saves. */
  readonly everyMs: number
  /** Undefined where there is none. Throws checkpoint-unusable. */
  load(): Promise<Checkpoint | undefined>
  /** Throws disk-full. */
  save(checkpoint: Checkpoint): Promise<void>
  remove(): Promise<void>
}

/** A second of writing costs little every so often, and no more than this is lost. */
const EVERY_MS = 5000

export function checkpointFile(path: string, everyMs = EVERY_MS): CheckpointStore {
  return {
    everyMs,
    async load() {
      let bytes: Buffer
      try {
        bytes = await readFile(path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
      return decode(bytes, path)
    },
    save: (checkpoint) => replaceDurably(path, encode(checkpoint)),
    remove: () => rm(path, { force: true }),
  }
}

const HASH_BYTES = 32
const LENGTH_BYTES = 4

/** sha256 of the rest · length of the header · header (JSON; arrays by their length) · the arrays. */
function encode(checkpoint: Checkpoint): Buffer {
  const arrays: Float32Array[] = []
  const header = Buffer.from(
    JSON.stringify(checkpoint, (_, value: unknown) => {
      if (!(value instanceof Float32Array)) return value
      arrays.push(value)
      return { floats: value.length }
    }),
  )
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(header.length)
  const body = [
    length,
    header,
    ...arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
  ]
  const hash = createHash('sha256')
  for (const part of body) hash.update(part)
  return Buffer.concat([hash.digest(), ...body])
}

function decode(bytes: Buffer, path: string): Checkpoint {
  const body = bytes.subarray(HASH_BYTES)
  if (
    body.length < LENGTH_BYTES ||
    !createHash('sha256').update(body).digest().equals(bytes.subarray(0, HASH_BYTES))
  ) {
    throw new DongneError('checkpoint-unusable', `${path} does not have its checksum.`)
  }
  const headerEnd = LENGTH_BYTES + body.readUInt32LE(0)
  let at = headerEnd
  // Reviving visits values in the order in which they were written.
  return JSON.parse(body.toString('utf8', LENGTH_BYTES, headerEnd), (_, value: unknown) => {
    const length = (value as { floats?: number } | null)?.floats
    if (length === undefined) return value
    const array = new Float32Array(new Uint8Array(body.subarray(at, at + 4 * length)).buffer)
    at += 4 * length
    return array
  }) as Checkpoint
}
