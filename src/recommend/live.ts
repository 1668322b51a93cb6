// The served state: model, index, lexical index, activity and vocabulary, kept in step with the catalog.
// Leaves answering to the calls beside it; every request starts with `current()`.
import type { Catalog, CatalogPosition } from '../catalog/port.ts'
import type { Event } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import type { Concepts } from '../text/concepts.ts'
import type { LexicalIndex } from '../text/port.ts'
import type { VectorIndex, VectorIndexReader } from '../vector-index/port.ts'
import { Activity } from './activity.ts'
import type { Encoder } from './encoder.ts'
import { lexicalDocument, withWords } from './lexical-document.ts'
import { Movements } from './movements.ts'
import { MOST_ACTIVE, popularPlacesIndex } from './popular-places-index.ts'
import { createGazetteer, type Gazetteer } from './query/gazetteer.ts'
import { SoundIndex } from './query/sound-index.ts'
import { createVocabulary, readVocabularySource, type Vocabulary } from './vocabulary.ts'
import { engineWordSearch, memoryWordSearch, searchesWords, type WordSearch } from './word-search.ts'

export interface LiveDependencies {
  readonly catalog: Catalog
  readonly index: VectorIndex
  createLexicalIndex(): LexicalIndex
  /** The encoder of a trained model, the newest one by default; throws no-model, model-corrupt. */
  loadEncoder(modelVersion?: string): Promise<Encoder>
  /** What words of a question may ask for. */
  readonly concepts: Concepts
  readonly now: () => number
}

/** What one request works with. */
export interface Live {
  readonly catalog: Catalog
  readonly index: VectorIndexReader
  readonly words: WordSearch
  readonly encoder: Encoder
  readonly activity: Activity
  readonly movements: Movements
  readonly vocabulary: Vocabulary
  readonly gazetteer: Gazetteer
  readonly sounds: SoundIndex
  /** The places that exist, through a cache that the change feed keeps true. */
  places(ids: readonly string[]): Promise<Map<string, Place>>
}

/** How often a version that another process activated is looked for. A switch is not an acknowledged write. */
const REFRESH_MS = 1000
/** How often places are tried again whose texts could not be embedded. */
const EMBED_AGAIN_MS = 10_000
/** How old the order of the places that stand in for the index may be. */
const POPULAR_AGE_MS = 10_000
/** Places kept parsed: some 2 kB each. */
const CACHED_PLACES = 50_000
const BATCH = 1000

export class LiveState {
  readonly #deps: LiveDependencies
  readonly #activity: Activity
  readonly #movements = new Movements()
  readonly #cache = new Map<string, Place>()
  /** Absent where the engine of the index searches words itself. */
  readonly #lexical: LexicalIndex | undefined
  #vocabulary: Vocabulary | undefined
  #gazetteer: Gazetteer | undefined
  readonly #sounds = new SoundIndex()
  #encoder: Encoder | undefined
  #position: CatalogPosition = { revision: 0, seq: 0, vocabulary: -1 }
  /** The index version that `#encoder` belongs to. */
  #opened: string | undefined
  /** Catalog revision that the index reflects; below #position.revision only while catching up. */
  #indexed = 0
  #refreshedAt = -Infinity
  /** When places were last encoded without their texts. */
  #encodedAt = 0
  #work: Promise<void> | undefined
  #following: Promise<void> | undefined
  #popular: { readonly key: string; readonly standIn: Promise<StandIn> } | undefined

  constructor(deps: LiveDependencies) {
    this.#deps = deps
    this.#activity = new Activity(deps.now)
    this.#lexical = searchesWords(deps.index) ? undefined : deps.createLexicalIndex()
  }

  /**
   * The state with every acknowledged write in it. Throws not-ready where there is no index, and model or index errors.
   * Cheap when nothing changed: one read of the catalog's counters.
   */
  async current(): Promise<Live> {
    for (;;) {
      if (!this.#isStale(await this.#deps.catalog.position())) return this.#live(this.#deps.index)
      // One catch-up at a time; one already under way may have read before this request's write, so look again after.
      this.#work ??= this.#catchUp().finally(() => (this.#work = undefined))
      await this.#work
    }
  }

  /**
   * The same while the index does not answer: the most active places stand in for it. Throws no-model, model-corrupt.
   */
  async withoutIndex(): Promise<Live> {
    const { revision } = await this.#follow()
    this.#encoder ??= await this.#deps.loadEncoder()
    const key = `${revision} ${Math.floor(this.#deps.now() / POPULAR_AGE_MS)} ${this.#encoder.model.info.version}`
    if (this.#popular?.key !== key) {
      const standIn = this.#makeStandIn(this.#encoder)
      this.#popular = { key, standIn }
      standIn.catch(() => (this.#popular = undefined)) // whoever waits for it has the failure
    }
    const { index, lexical } = await this.#popular.standIn
    return this.#live(index, memoryWordSearch(lexical, index))
  }

  async #makeStandIn(encoder: Encoder): Promise<StandIn> {
    const index = await popularPlacesIndex(this.#activity, encoder, (ids) => this.#places(ids))
    let made: Promise<LexicalIndex> | undefined
    return { index, lexical: () => this.#lexical ?? (made ??= this.#lexicalOfActive()) }
  }

  async #lexicalOfActive(): Promise<LexicalIndex> {
    const lexical = this.#deps.createLexicalIndex()
    const places = await this.#places(this.#activity.mostActive(MOST_ACTIVE))
    for (const place of places.values()) lexical.upsert(lexicalDocument(place, this.#vocabulary!))
    return lexical
  }

  /** The names and counts that work without an index. */
  async vocabulary(): Promise<Vocabulary> {
    await this.#readVocabulary(await this.#deps.catalog.position())
    return this.#vocabulary!
  }

  /** Takes a user out of the index, where there is one. */
  async forgetUser(id: string): Promise<void> {
    try {
      await this.#deps.index.deleteUsers([id])
    } catch (error) {
      const isServed = !(error instanceof DongneError) || !['no-index', 'index-outdated'].includes(error.code)
      if (isServed) throw error
    }
  }

  /** Takes a user's events out of what is counted. */
  forget(events: readonly Event[]): void {
    for (const event of events) this.#activity.remove(event)
    this.#movements.forget(events)
  }

  #isStale(position: CatalogPosition): boolean {
    return (
      this.#opened === undefined ||
      this.#deps.now() - this.#refreshedAt > REFRESH_MS ||
      !this.#hasFollowed(position) ||
      this.#indexed < position.revision ||
      this.#hasUnembedded()
    )
  }

  #hasUnembedded(): boolean {
    const { unembedded } = this.#encoder!
    return unembedded.size > 0 && this.#deps.now() - this.#encodedAt > EMBED_AGAIN_MS
  }

  #hasFollowed({ revision, seq, vocabulary }: CatalogPosition): boolean {
    const followed = this.#position
    return revision === followed.revision && seq === followed.seq && vocabulary === followed.vocabulary
  }

  #live(index: VectorIndexReader, words = this.#words(index)): Live {
    return {
      catalog: this.#deps.catalog,
      index,
      words,
      encoder: this.#encoder!,
      activity: this.#activity,
      movements: this.#movements,
      vocabulary: this.#vocabulary!,
      gazetteer: this.#gazetteer!,
      sounds: this.#sounds,
      places: (ids) => this.#places(ids),
    }
  }

  #words(index: VectorIndexReader): WordSearch {
    const lexical = this.#lexical
    if (lexical === undefined) return engineWordSearch((query) => index.searchWords!(query))
    return memoryWordSearch(() => lexical, index)
  }

  async #catchUp(): Promise<void> {
    const { catalog, index, now } = this.#deps
    // First, so that it is done also where the index does not answer.
    const { revision: until } = await this.#follow()
    if (this.#opened === undefined || now() - this.#refreshedAt > REFRESH_MS) await this.#openIndex()
    if (this.#hasUnembedded())
      await this.#encode([...(await this.#places([...this.#encoder!.unembedded])).values()])
    if (this.#indexed >= until) return
    const changes = catalog.placeChanges({ since: this.#indexed, batchSize: BATCH, withDeleted: true })
    for await (const batch of changes) {
      const rows = batch.flatMap(({ place }) => (place === undefined ? [] : [place]))
      if (rows.length > 0) await this.#encode(rows)
      await index.delete(batch.filter(({ place }) => place === undefined).map(({ id }) => id))
      this.#indexed = Math.max(this.#indexed, batch[batch.length - 1].revision)
    }
    // Changes without rows (a tombstone dropped by a newer place) still move the revision.
    this.#indexed = Math.max(this.#indexed, until)
  }

  async #encode(places: readonly Place[]): Promise<void> {
    const rows = await this.#encoder!.encodePlaces(places, (id) => this.#activity.total(id))
    const indexed = this.#lexical === undefined ? withWords(rows, places, this.#vocabulary!) : rows
    if (indexed.length > 0) await this.#deps.index.upsert(indexed)
    this.#encodedAt = this.#deps.now()
  }

  /** Everything but the index, up to the catalog's position. */
  async #follow(): Promise<CatalogPosition> {
    for (;;) {
      const position = await this.#deps.catalog.position()
      if (this.#hasFollowed(position)) return position
      this.#following ??= this.#followTo(position).finally(() => (this.#following = undefined))
      await this.#following
    }
  }

  async #followTo(position: CatalogPosition): Promise<void> {
    await this.#readVocabulary(position)
    // Places first: what an event counts for depends on where its place is.
    await this.#followPlaces(position)
    await this.#followEvents(position)
  }

  async #followPlaces({ revision }: CatalogPosition): Promise<void> {
    if (revision === this.#position.revision) return
    const { catalog } = this.#deps
    const since = this.#position.revision
    for await (const batch of catalog.placeChanges({ since, batchSize: BATCH, withDeleted: true })) {
      for (const { id, place } of batch) {
        this.#cache.delete(id)
        this.#followWords(id, place)
        if (place === undefined) this.#movements.deletePlace(id)
        else this.#movements.setPlace(place)
      }
      this.#position = { ...this.#position, revision: batch[batch.length - 1].revision }
    }
    // Changes without rows still move the revision.
    this.#position = { ...this.#position, revision: Math.max(this.#position.revision, revision) }
  }

  async #followEvents({ seq }: CatalogPosition): Promise<void> {
    if (seq === this.#position.seq) return
    for await (const batch of this.#deps.catalog.events({ since: this.#position.seq })) {
      for (const event of batch) {
        this.#activity.add(event)
        this.#movements.add(event)
      }
      this.#position = { ...this.#position, seq: batch[batch.length - 1].seq }
    }
    // The newest events may be gone: erased with their user.
    this.#position = { ...this.#position, seq: Math.max(this.#position.seq, seq) }
  }

  /** Words and sounds of a place, where they are kept here and not by the engine. */
  #followWords(id: string, place: Place | undefined): void {
    if (this.#lexical === undefined) return
    if (place === undefined) {
      this.#lexical.delete(id)
      this.#sounds.delete(id)
    } else {
      this.#lexical.upsert(lexicalDocument(place, this.#vocabulary!))
      this.#sounds.upsert(id, [place.name, ...Object.values(place.names ?? {})])
    }
  }

  async #openIndex(): Promise<void> {
    const { index, loadEncoder, now } = this.#deps
    const switched = await index.refresh()
    const manifest = manifestOf(index)
    if (switched || manifest.version !== this.#opened) {
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
      this.#opened = manifest.version
      this.#indexed = manifest.revision
    }
    this.#refreshedAt = now()
  }

  async #readVocabulary(position: CatalogPosition): Promise<void> {
    if (this.#vocabulary !== undefined && position.vocabulary === this.#position.vocabulary) return
    const source = await readVocabularySource(this.#deps.catalog)
    this.#vocabulary = createVocabulary(source)
    this.#gazetteer = createGazetteer({ ...source, concepts: this.#deps.concepts })
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

/** What answers while the index does not. */
interface StandIn {
  readonly index: VectorIndexReader
  /** Made with the first search of words. */
  readonly lexical: () => LexicalIndex | Promise<LexicalIndex>
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
