// Model snapshots: one folder a version, checksummed, written beside the old one and then switched to in one step.
// Leaves training to train.ts. A damaged snapshot is refused by name; the catalog keeps all it takes to train anew.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { createParser } from '../domain/schema.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { replaceDurably, syncFolder, writeDurably } from '../durable-files.ts'
import { DongneError } from '../errors.ts'
import { actionWeight, placeShare } from './interactions.ts'
import { createNewPlaces } from './new-places.ts'
import {
  placeFromText,
  type Model,
  type ModelExtras,
  type ModelInfo,
  type RankerReport,
  type Segments,
} from './model.ts'
import type { PreviousModel } from './start.ts'
import type { Trained } from './train.ts'

const FileSchema = Type.Object({ sha256: Type.String(), bytes: Type.Integer() })

const ManifestSchema = Type.Object({
  format: Type.Literal(2),
  dim: Type.Integer({ minimum: 1 }),
  textDim: Type.Integer({ minimum: 0 }),
  textModelId: Type.String(),
  seed: Type.Integer(),
  lastSeq: Type.Integer(),
  usualBias: Type.Number(),
  places: Type.Integer(),
  users: Type.Integer(),
  files: Type.Record(Type.String(), FileSchema),
})

type Manifest = Static<typeof ManifestSchema>

const parseManifest = createParser(ManifestSchema, 'model-corrupt')

/** Snapshots kept beside the newest, so that an index can go back to the version before. */
const KEPT = 2

/**
 * Writes a snapshot and makes it the current one; the version is a hash of the content. Throws non-finite-vector before
 * anything is written. A crash leaves the version before current.
 */
export async function saveSnapshot(
  folder: string,
  trained: Trained,
  extras?: ModelExtras,
): Promise<ModelInfo> {
  const files = { ...contents(trained), ...(extras && extraContents(extras)) }
  const manifest: Manifest = {
    format: 2,
    dim: trained.dim,
    textDim: trained.textDim,
    textModelId: trained.textModelId,
    seed: trained.seed,
    lastSeq: trained.lastSeq,
    usualBias: trained.usualBias,
    places: trained.placeIds.length,
    users: trained.userIds.length,
    files: Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.length }]),
    ),
  }
  const manifestBytes = Buffer.from(JSON.stringify(manifest))
  const version = sha256(manifestBytes).slice(0, 12)
  const temporary = join(folder, `.writing-${randomUUID()}`)
  await mkdir(temporary, { recursive: true })
  try {
    for (const [name, bytes] of Object.entries(files)) await writeDurably(join(temporary, name), bytes)
    await writeDurably(join(temporary, 'manifest.json'), manifestBytes)
    // The same content may be there already, whole or damaged.
    await rm(join(folder, version), { recursive: true, force: true })
    await rename(temporary, join(folder, version))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  await syncFolder(folder)
  const order = [...(await versionOrder(folder)).filter((known) => known !== version), version]
  await replaceDurably(join(folder, 'versions.json'), Buffer.from(JSON.stringify(order.slice(-KEPT - 1))))
  for (const old of order.slice(0, -KEPT - 1)) await rm(join(folder, old), { recursive: true, force: true })
  return infoOf(version, manifest)
}

/** Loads a version, or the newest. Throws no-model, or model-corrupt naming the file. O(bytes). */
export async function loadModel(folder: string, version?: string): Promise<Model> {
  const { info, manifest, read } = await openSnapshot(folder, version)
  return createModel(info, {
    placeIds: await readIds(read, 'place-ids.json'),
    userIds: await readIds(read, 'user-ids.json'),
    places: floats(await read('places.f32')),
    users: floats(await read('users.f32')),
    userWeights: floats(await read('user-weights.f32')),
    placeUsers: new Uint32Array(floats(await read('place-users.u32')).buffer),
    positions: new Float64Array(floats(await read('positions.f64')).buffer),
    featureLayer: floats(await read('feature-layer.f32')),
    usualBias: manifest.usualBias,
    extras: await readExtras(manifest, read),
  })
}

/** The newest model with what a training can go on from. Throws as `loadModel` does. */
export async function loadPreviousModel(folder: string): Promise<PreviousModel> {
  const { info, manifest, read } = await openSnapshot(folder)
  const placeIds = await readIds(read, 'place-ids.json')
  const placeIndex = new Map(placeIds.map((id, index) => [id, index]))
  const [places, residual] = [floats(await read('places.f32')), floats(await read('residual.f32'))]
  const bias = floats(await read('bias.f32'))
  const row = (from: Float32Array, index: number) => from.subarray(index * info.dim, (index + 1) * info.dim)
  return {
    ...info,
    usualBias: manifest.usualBias,
    featureLayer: floats(await read('feature-layer.f32')),
    placeVector(id) {
      const index = placeIndex.get(id)
      return index === undefined ? undefined : row(places, index)
    },
    placeParameters(id) {
      const index = placeIndex.get(id)
      return index === undefined ? undefined : { residual: row(residual, index), bias: bias[index] }
    },
  }
}

/** A version, or the newest, whose files are checked as they are read. */
async function openSnapshot(folder: string, version?: string) {
  const wanted = version ?? (await versionOrder(folder)).at(-1)
  if (wanted === undefined) throw new DongneError('no-model', `There is no model in ${folder}.`)
  const manifest = await readManifest(folder, wanted)
  const read = async (name: string): Promise<Buffer> => {
    const expected = manifest.files[name]
    const path = join(folder, wanted, name)
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw corrupt(path, 'cannot be read', cause)
    })
    if (expected === undefined || bytes.length !== expected.bytes) {
      throw corrupt(path, `has ${bytes.length} bytes, not ${expected?.bytes ?? 'any'}`)
    }
    if (sha256(bytes) !== expected.sha256) throw corrupt(path, 'does not have its checksum')
    return bytes
  }
  return { info: infoOf(wanted, manifest), manifest, read }
}

/** Absent where the snapshot has none. */
async function readExtras(
  { files, places, dim }: Manifest,
  read: (name: string) => Promise<Buffer>,
): Promise<ModelExtras | undefined> {
  if (!('list-starts.u32' in files)) return undefined
  const lists: SparseMatrix = {
    rows: places,
    columns: places,
    starts: new Uint32Array(floats(await read('list-starts.u32')).buffer),
    indices: new Uint32Array(floats(await read('list-places.u32')).buffer),
    values: floats(await read('list-values.f32')),
  }
  return {
    lists,
    ...('segment-centroids.f32' in files && { segments: await readSegments(places, dim, read) }),
    ...('ranker.json' in files && {
      ranker: JSON.parse((await read('ranker.json')).toString()) as RankerReport,
    }),
  }
}

async function readSegments(
  columns: number,
  dim: number,
  read: (name: string) => Promise<Buffer>,
): Promise<Segments> {
  const centroids = floats(await read('segment-centroids.f32'))
  const count = centroids.length / dim
  const places: SparseMatrix = {
    rows: count,
    columns,
    starts: new Uint32Array(floats(await read('segment-starts.u32')).buffer),
    indices: new Uint32Array(floats(await read('segment-places.u32')).buffer),
    values: floats(await read('segment-users.f32')),
  }
  return { count, dim, centroids, places }
}

async function readIds(read: (name: string) => Promise<Buffer>, name: string): Promise<string[]> {
  return JSON.parse((await read(name)).toString()) as string[]
}

interface Arrays extends Pick<
  Trained,
  'placeIds' | 'userIds' | 'places' | 'users' | 'userWeights' | 'placeUsers' | 'positions' | 'usualBias'
> {
  /** `[textDim, dim]` */
  readonly featureLayer: Float32Array
  readonly extras?: ModelExtras | undefined
}

/** The model over arrays of a snapshot (or fresh from training). */
export function createModel(info: ModelInfo, arrays: Arrays): Model {
  const { dim, textDim } = info
  const placeIndex = new Map(arrays.placeIds.map((id, index) => [id, index]))
  const userIndex = new Map(arrays.userIds.map((id, index) => [id, index]))
  const row = (from: Float32Array, index: number) => from.subarray(index * dim, (index + 1) * dim)
  /** Made with the first new place. */
  let newPlaces: ReturnType<typeof createNewPlaces> | undefined
  return {
    info,
    placeVector(id) {
      const index = placeIndex.get(id)
      return index === undefined ? undefined : row(arrays.places, index)
    },
    placeRow: (id) => placeIndex.get(id),
    placeId: (number) => arrays.placeIds[number],
    placeUsers: (id) => arrays.placeUsers[placeIndex.get(id) ?? -1] ?? 0,
    extras: arrays.extras,
    actionWeight(id, strength) {
      return actionWeight(strength, placeShare(arrays.placeUsers[placeIndex.get(id) ?? -1] ?? 0))
    },
    userVector(id) {
      const index = userIndex.get(id)
      return index === undefined
        ? undefined
        : { vector: row(arrays.users, index), weight: arrays.userWeights[index] }
    },
    fromText,
    newPlace(textVector, at) {
      newPlaces ??= createNewPlaces({
        dim,
        vectors: arrays.places,
        positions: arrays.positions,
        rows: arrays.placeIds.flatMap((_, index) => (arrays.placeUsers[index] > 0 ? index : [])),
      })
      return newPlaces(fromText(textVector), at)
    },
  }

  function fromText(textVector: Float32Array): Float32Array {
    if (textVector.length !== textDim) {
      throw new DongneError(
        'dim-mismatch',
        `The model takes text vectors of ${textDim} numbers, got ${textVector.length}.`,
      )
    }
    return placeFromText({ dim, textDim, ...arrays }, textVector)
  }
}

function contents(trained: Trained): Record<string, Buffer> {
  const { places, users, userWeights, placeUsers, positions } = trained
  const { featureLayer, residual, bias } = trained.parameters
  const arrays = { places, users, userWeights, positions, featureLayer, residual, bias }
  for (const [what, values] of Object.entries(arrays)) {
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw new DongneError('non-finite-vector', `The model's ${what} hold ${values[bad]} at ${bad}.`)
  }
  const bytes = (values: Float32Array | Float64Array | Uint32Array) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return {
    'place-ids.json': Buffer.from(JSON.stringify(trained.placeIds)),
    'user-ids.json': Buffer.from(JSON.stringify(trained.userIds)),
    'places.f32': bytes(places),
    'users.f32': bytes(users),
    'user-weights.f32': bytes(userWeights),
    'place-users.u32': bytes(placeUsers),
    'positions.f64': bytes(positions),
    'feature-layer.f32': bytes(featureLayer),
    'residual.f32': bytes(residual),
    'bias.f32': bytes(bias),
  }
}

function extraContents({
  lists: { starts, indices, values },
  segments,
  ranker,
}: ModelExtras): Record<string, Buffer> {
  const bytes = (array: Float32Array | Uint32Array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength)
  return {
    'list-starts.u32': bytes(starts),
    'list-places.u32': bytes(indices),
    'list-values.f32': bytes(values),
    ...(segments && {
      'segment-centroids.f32': bytes(segments.centroids),
      'segment-starts.u32': bytes(segments.places.starts),
      'segment-places.u32': bytes(segments.places.indices),
      'segment-users.f32': bytes(segments.places.values),
    }),
    ...(ranker && { 'ranker.json': Buffer.from(JSON.stringify(ranker)) }),
  }
}

async function readManifest(folder: string, version: string): Promise<Manifest> {
  const path = join(folder, version, 'manifest.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw corrupt(path, 'cannot be read', cause)
  }
  if (sha256(Buffer.from(text)).slice(0, 12) !== version) throw corrupt(path, 'does not have its checksum')
  return parseManifest(JSON.parse(text))
}

/** Versions in the order they were made; those whose folder is gone are left out. */
async function versionOrder(folder: string): Promise<string[]> {
  let text: string
  let present: string[]
  try {
    text = await readFile(join(folder, 'versions.json'), 'utf8')
    present = await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  try {
    return (JSON.parse(text) as string[]).filter((version) => present.includes(version))
  } catch (cause) {
    throw corrupt(join(folder, 'versions.json'), 'is not readable', cause)
  }
}

function infoOf(version: string, { files: _, format: __, usualBias: ___, ...info }: Manifest): ModelInfo {
  return { version, ...info }
}

function corrupt(path: string, what: string, cause?: unknown): DongneError {
  return new DongneError('model-corrupt', `${path} ${what}.`, { cause })
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A copy, aligned for float32. */
function floats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}
