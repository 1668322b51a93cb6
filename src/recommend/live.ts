// The served state: model, index, lexical index, activity and vocabulary, kept in step with the catalog.
// Leaves answering to the calls beside it; every request starts with `current()`.
import type { Catalog, CatalogPosition } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import type { LexicalDocument, LexicalIndex } from '../text/port.ts'
import type { VectorIndex } from '../vector-index/port.ts'
import { Activity } from './activity.ts'
import type { Encoder } from './encoder.ts'
import { createVocabulary, type Vocabulary } from './vocabulary.ts'

export interface LiveDependencies {
  readonly catalog: Catalog
  readonly index: VectorIndex
  createLexicalIndex(): LexicalIndex
  lexicalDocument(place: Place, vocabulary: Vocabulary): LexicalDocument
  /** The encoder of a trained model; throws no-model, model-corrupt. */
  loadEncoder(modelVersion: string): Promise<Encoder>
  readonly now: () => number
}

/** What one request works with. */
export interface Live {
  readonly catalog: Catalog
  readonly index: VectorIndex
  readonly lexical: LexicalIndex
  readonly encoder: Encoder
  readonly activity: Activity
  readonly vocabulary: Vocabulary
  /** The places that exist, through a cache that the change feed keeps true. */
  places(ids: readonly string[]): Promise<Map<string, Place>>
}

/** How often a version that another process activated is looked for. A switch is not an acknowledged write. */
const REFRESH_MS = 1000
/** Places kept parsed: some 2 kB each. */
const CACHED_PLACES = 50_000
const BATCH = 1000

export class LiveState {
  readonly #deps: LiveDependencies
  readonly #activity: Activity
  readonly #cache = new Map<string, Place>()
  #lexical: LexicalIndex
  #vocabulary: Vocabulary | undefined
  #encoder: Encoder | undefined
  #position: CatalogPosition = { revision: 0, seq: 0, vocabulary: -1 }
  /** Catalog revision that the index reflects; below #position.revision only while catching up. */
  #indexed = 0
  #refreshedAt = -Infinity
  #work: Promise<void> | undefined

  constructor(deps: LiveDependencies) {
    this.#deps = deps
    this.#activity = new Activity(deps.now)
    this.#lexical = deps.createLexicalIndex()
  }

  /**
   * The state with every acknowledged write in it. Throws not-ready where there is no index, and model or index errors.
   * Cheap when nothing changed: one read of the catalog's counters.
   */
  async current(): Promise<Live> {
    for (;;) {
      if (!this.#isStale(await this.#deps.catalog.position())) return this.#live()
      // One catch-up at a time; one already under way may have read before this request's write, so look again after.
      this.#work ??= this.#catchUp().finally(() => (this.#work = undefined))
      await this.#work
    }
  }

  /** The names and counts that work without an index. */
  async vocabulary(): Promise<Vocabulary> {
    await this.#readVocabulary(await this.#deps.catalog.position())
    return this.#vocabulary!
  }

  /** Takes a user's events out of the activity counts. */
  forget(events: readonly Parameters<Activity['remove']>[0][]): void {
    for (const event of events) this.#activity.remove(event)
  }

  #isStale(position: CatalogPosition): boolean {
    return (
      this.#encoder === undefined ||
      position.revision !== this.#position.revision ||
      position.seq !== this.#position.seq ||
      position.vocabulary !== this.#position.vocabulary ||
      this.#deps.now() - this.#refreshedAt > REFRESH_MS
    )
  }

  #live(): Live {
    const { catalog, index } = this.#deps
    return {
      catalog,
      index,
      lexical: this.#lexical,
      encoder: this.#encoder!,
      activity: this.#activity,
      vocabulary: this.#vocabulary!,
      places: (ids) => this.#places(ids),
    }
  }

  async #catchUp(): Promise<void> {
    const { catalog, index, now } = this.#deps
    if (this.#encoder === undefined || now() - this.#refreshedAt > REFRESH_MS) await this.#openIndex()
    const position = await catalog.position()
    await this.#readVocabulary(position)
    if (position.seq !== this.#position.seq) {
      for await (const batch of catalog.events({ since: this.#position.seq })) {
        for (const event of batch) this.#activity.add(event)
        this.#position = { ...this.#position, seq: batch[batch.length - 1].seq }
      }
      // The newest events may be gone: erased with their user.
      this.#position = { ...this.#position, seq: Math.max(this.#position.seq, position.seq) }
    }
    const since = Math.min(this.#position.revision, this.#indexed)
    if (position.revision !== since) {
      for await (const batch of catalog.placeChanges({ since, batchSize: BATCH, withDeleted: true })) {
        const revision = batch[batch.length - 1].revision
        const gone = batch.filter(({ place }) => place === undefined).map(({ id }) => id)
        const changed = batch.flatMap(({ place }) => (place === undefined ? [] : [place]))
        for (const { id, place, revision: changedAt } of batch) {
          if (changedAt <= this.#position.revision) continue // only the index is behind: it was switched
          this.#cache.delete(id)
          if (place === undefined) this.#lexical.delete(id)
          else this.#lexical.upsert(this.#deps.lexicalDocument(place, this.#vocabulary!))
        }
        const behind = new Set(batch.filter((change) => change.revision > this.#indexed).map(({ id }) => id))
        const rows = changed.filter(({ id }) => behind.has(id))
        if (rows.length > 0) {
          await index.upsert(await this.#encoder!.encodePlaces(rows, (id) => this.#activity.total(id)))
        }
        await index.delete(gone.filter((id) => behind.has(id)))
        this.#indexed = Math.max(this.#indexed, revision)
        this.#position = { ...this.#position, revision: Math.max(this.#position.revision, revision) }
      }
      // Changes without rows after `since` (a tombstone dropped by a newer place) still move the revision.
      this.#indexed = Math.max(this.#indexed, position.revision)
      this.#position = { ...this.#position, revision: Math.max(this.#position.revision, position.revision) }
    }
  }

  async #openIndex(): Promise<void> {
    const { index, loadEncoder, now } = this.#deps
    const switched = await index.refresh()
    if (this.#encoder === undefined || switched) {
      const manifest = manifestOf(index)
      if (this.#encoder?.model.info.version !== manifest.modelVersion) {
        const encoder = await loadEncoder(manifest.modelVersion)
        if (encoder.model.info.dim !== manifest.dim) {
          throw new DongneError(
            'dim-mismatch',
            `Index ${manifest.version} has dim ${manifest.dim}, its model ${manifest.modelVersion} ${encoder.model.info.dim}.`,
          )
        }
        this.#encoder = encoder
      }
      this.#indexed = manifest.revision
    }
    this.#refreshedAt = now()
  }

  async #readVocabulary(position: CatalogPosition): Promise<void> {
    if (this.#vocabulary !== undefined && position.vocabulary === this.#position.vocabulary) return
    const { catalog } = this.#deps
    const [regions, spots, categories] = await Promise.all([
      catalog.regions(),
      catalog.spots(),
      catalog.categories(),
    ])
    this.#vocabulary = createVocabulary({ regions, spots, categories })
    this.#position = { ...this.#position, vocabulary: position.vocabulary }
  }

  async #places(ids: readonly string[]): Promise<Map<string, Place>> {
    const found = new Map<string, Place>()
    const missing: string[] = []
    for (const id of ids) {
      const place = this.#cache.get(id)
      if (place === undefined) missing.push(id)
      else found.set(id, place)
    }
    if (missing.length > 0) {
      const revision = this.#position.revision
      const read = await this.#deps.catalog.places(missing)
      for (const [id, place] of read) {
        found.set(id, place)
        // A change seen meanwhile may be newer than what was read: then the next request reads again.
        if (revision === this.#position.revision) this.#cache.set(id, place)
      }
      // Oldest first out: a Map keeps insertion order.
      for (const id of this.#cache.keys()) {
        if (this.#cache.size <= CACHED_PLACES) break
        this.#cache.delete(id)
      }
    }
    return found
  }
}

function manifestOf(index: VectorIndex) {
  try {
    return index.manifest()
  } catch (error) {
    if (error instanceof DongneError && error.code === 'no-index') {
      throw new DongneError('not-ready', 'There is no index to answer from.', { cause: error })
    }
    throw error
  }
}
