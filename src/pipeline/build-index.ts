// The index job: catalog + model → a complete new index version, then the switch; the one before is kept.
// Leaves storage to vector-index/.
import type { Catalog } from '../catalog/port.ts'
import { DongneError } from '../errors.ts'
import { Activity } from '../recommend/live/activity.ts'
import type { Encoder } from '../recommend/encoder.ts'
import { lexicalDocument, withWords } from '../recommend/live/lexical-document.ts'
import { readVocabulary } from '../recommend/live/vocabulary.ts'
import { searchesWords } from '../recommend/live/word-search.ts'
import type { LexicalStore } from '../text/port.ts'
import type { IndexRow, UserRow, VectorIndex } from '../vector-index/port.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'

const USER_BATCH = 1000

export interface IndexJobOptions {
  readonly catalog: Catalog
  readonly index: VectorIndex
  /** Filled for engines that do not search words themselves, so that processes that serve need not make them. */
  readonly words: LexicalStore
  readonly encoder: Encoder
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface IndexSummary {
  readonly version: string
  readonly modelVersion: string
  readonly places: number
  readonly users: number
  readonly seconds: number
}

/** Throws no-places. Interrupted anywhere, the version served before is still served. */
export async function runIndex({
  catalog,
  index,
  words,
  encoder,
  progress,
  signal,
}: IndexJobOptions): Promise<IndexSummary> {
  const started = performance.now()
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to index.')
  const activity = new Activity()
  // Read before the rows: changes that come in between are applied twice, never missed.
  const { revision, seq, vocabulary: names } = await catalog.position()
  const { info, userVector } = encoder.model
  // Who was erased since training is not indexed.
  const trainedUsers = new Set<string>()
  for await (const batch of catalog.events({ since: 0 })) {
    for (const event of batch) {
      activity.add(event)
      if (userVector(event.userId) !== undefined) trainedUsers.add(event.userId)
    }
  }
  const known = await index.versions()
  const version = freeVersion(
    `${info.version}-${revision}-${seq}`,
    new Set(known.versions.map((v) => v.version)),
  )
  const vocabulary = await readVocabulary(catalog)
  const lexical = searchesWords(index) ? undefined : words.create()
  progress.start('index', places)
  const source = { version, dim: info.dim, modelVersion: info.version, revision }
  const manifest = await index.build(source, rows(), users())
  await index.activate(version)
  if (lexical !== undefined) await words.write(lexical, { revision, vocabulary: names })
  progress.stop()
  await dropOld(index, known.active)
  return {
    version,
    modelVersion: info.version,
    places: manifest.count,
    users: manifest.users,
    seconds: (performance.now() - started) / 1000,
  }

  async function* rows(): AsyncGenerator<IndexRow[]> {
    let done = 0
    for await (const batch of livePlaces(catalog)) {
      signal?.throwIfAborted()
      const encoded = await encoder.encodePlaces(batch, (id) => activity.visits(id))
      for (const place of batch) lexical?.upsert(lexicalDocument(place, vocabulary))
      yield lexical === undefined ? withWords(encoded, batch, vocabulary) : encoded
      progress.update((done += batch.length))
    }
  }

  async function* users(): AsyncGenerator<UserRow[]> {
    const ids = [...trainedUsers]
    for (let from = 0; from < ids.length; from += USER_BATCH) {
      signal?.throwIfAborted()
      yield ids.slice(from, from + USER_BATCH).map((id) => ({ id, vector: userVector(id)!.vector }))
    }
  }
}

/** The name, or the name with a counter where an earlier run built the same thing. */
function freeVersion(name: string, taken: ReadonlySet<string>): string {
  let version = name
  for (let run = 2; taken.has(version); run++) version = `${name}-${run}`
  return version
}

/** Keeps the active version and the one before it, to go back to. */
async function dropOld(index: VectorIndex, previous: string | undefined): Promise<void> {
  const { versions, active } = await index.versions()
  for (const { version } of versions)
    if (version !== active && version !== previous) await index.drop(version)
}
