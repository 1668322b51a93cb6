// The served state: model, index, lexical index, activity and vocabulary, kept in step with the catalog.
// Leaves answering to the calls beside it; every request starts with `current()`.
import type { Catalog, CatalogPosition, StoredEvent } from '../catalog/port.ts'
import type { Event } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import type { Concepts } from '../text/concepts.ts'
import type { LexicalIndex } from '../text/port.ts'
import type { VectorIndex, VectorIndexReader } from '../vector-index/port.ts'
import { Activity } from './activity.ts'
import type { Encoder } from './encoder.ts'
import { Feedback } from './feedback.ts'
import { lexicalDocument, withWords } from './lexical-document.ts'
import { PlaceCache, type KnownPlace } from './place-cache.ts'
import { MOST_ACTIVE, popularPlacesIndex } from './popular-places-index.ts'
import { createGazetteer, type Gazetteer } from './query/gazetteer.ts'
import { SoundIndex } from './query/sound-index.ts'
import { UserEvents } from './user-events.ts'
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
  /** What answers taught. */
  readonly feedback: Feedback
  readonly vocabulary: Vocabulary
  readonly gazetteer: Gazetteer
  readonly sounds: SoundIndex
  /** The places that exist, with their vectors, in the order of `ids`; undefined for the others. */
  known(ids: readonly string[]): Promise<(KnownPlace | undefined)[]>
  /** The places that exist. */
  places(ids: readonly string[]): Promise<Map<string, Place>>
  /** A user's newest events, newest first, without impressions. */
  userEvents(userId: string): Promise<readonly StoredEvent[]>
}

/** How often a version that another process activated is looked for. A switch is not an acknowledged write. */
const REFRESH_MS = 1000
/** How often places are tried again whose texts could not be embedded. */
const EMBED_AGAIN_MS = 10_000
/** How old the order of the places that stand in for the index may be. */
const POPULAR_AGE_MS = 10_000
const BATCH = 1000

export class LiveState {
  readonly #deps: LiveDependencies
  readonly #activity: Activity
  readonly #feedback = new Feedback()
  readonly #places: PlaceCache
  readonly #userEvents: UserEvents
  /** Absent where the engine of the index searches words itself. */
  readonly #lexical: LexicalIndex | undefined
  #vocabulary: Vocabulary | undefined
  #gazetteer: Gazetteer | undefined
  readonly #sounds = new SoundIndex()
  #encoder: Encoder | undefined
  #followed: CatalogPosition = { revision: 0, seq: 0, vocabulary: -1, erasures: 0 }
  /** The index version that `#encoder` belongs to. */
  #opened: string | undefined
  /** Catalog revision that the index reflects; below #position.revision only while catching up. */
  #indexed = 0
  #refreshedAt = -Infinity
  /** When places were last encoded without their texts. */
  #encodedAt = 0
  #nextPosition: Promise<CatalogPosition> | undefined
  #work: Promise<void> | undefined
  #following: Promise<void> | undefined
  #popular: { readonly key: string; readonly standIn: Promise<StandIn> } | undefined

  constructor(deps: LiveDependencies) {
    this.#deps = deps
    this.#activity = new Activity(deps.now)
    this.#places = new PlaceCache({
      places: (ids) => deps.catalog.places(ids),
      vectors: (ids) => deps.index.vectors(ids),
    })
    this.#userEvents = new UserEvents((userId, limit) => deps.catalog.userEvents(userId, { limit }))
    this.#lexical = searchesWords(deps.index) ? undefined : deps.createLexicalIndex()
  }

  /**
   * The state with every acknowledged write in it. Throws not-ready where there is no index, and model or index errors.
   * Cheap when nothing changed: one read of the catalog's counters.
   */
  async current(): Promise<Live> {
    for (;;) {
      if (!this.#isStale(await this.#readPosition())) return this.#live(this.#deps.index)
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
    const index = await popularPlacesIndex(this.#activity, encoder, (ids) => this.#places.withoutVectors(ids))
    let made: Promise<LexicalIndex> | undefined
    return { index, lexical: () => this.#lexical ?? (made ??= this.#lexicalOfActive()) }
  }

  async #lexicalOfActive(): Promise<LexicalIndex> {
    const lexical = this.#deps.createLexicalIndex()
    const places = await this.#places.withoutVectors(this.#activity.mostActive(MOST_ACTIVE))
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
    for (const event of events) {
      this.#userEvents.forget(event.userId)
      this.#activity.remove(event)
      this.#feedback.remove(event)
    }
  }

  /** Read after it is asked for; what is asked for in one turn of the event loop is read once. */
  #readPosition(): Promise<CatalogPosition> {
    this.#nextPosition ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#nextPosition = undefined
        this.#deps.catalog.position().then(resolve, reject)
      })
    })
    return this.#nextPosition
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

  #hasFollowed({ revision, seq, vocabulary, erasures }: CatalogPosition): boolean {
    const followed = this.#followed
    return (
      revision === followed.revision &&
      seq === followed.seq &&
      vocabulary === followed.vocabulary &&
      erasures === followed.erasures
    )
  }

  #live(index: VectorIndexReader, words = this.#words(index)): Live {
    const isServed = index === this.#deps.index
    const known = (ids: readonly string[]) => (isServed ? this.#places.read(ids) : this.#knownTo(index, ids))
    return {
      catalog: this.#deps.catalog,
      index,
      words,
      encoder: this.#encoder!,
      activity: this.#activity,
      feedback: this.#feedback,
      vocabulary: this.#vocabulary!,
      gazetteer: this.#gazetteer!,
      sounds: this.#sounds,
      known,
      places: async (ids) => {
        if (!isServed) return this.#places.withoutVectors(ids)
        const found = await known(ids)
        return new Map(found.flatMap((entry) => (entry === undefined ? [] : [[entry.place.id, entry.place]])))
      },
      userEvents: (userId) => this.#userEvents.of(userId),
    }
  }

  async #knownTo(index: VectorIndexReader, ids: readonly string[]): Promise<(KnownPlace | undefined)[]> {
    const [places, vectors] = await Promise.all([this.#places.withoutVectors(ids), index.vectors(ids)])
    return ids.map((id) => {
      const place = places.get(id)
      return place && { place, vector: vectors.get(id) }
    })
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
      await this.#encode([...(await this.#places.withoutVectors([...this.#encoder!.unembedded])).values()])
    if (this.#indexed >= until) return
    const changes = catalog.placeChanges({ since: this.#indexed, batchSize: BATCH, withDeleted: true })
    for await (const batch of changes) {
      const rows = batch.flatMap(({ place }) => (place === undefined ? [] : [place]))
      if (rows.length > 0) await this.#encode(rows)
      await index.delete(batch.filter(({ place }) => place === undefined).map(({ id }) => id))
      for (const { id } of batch) this.#places.forget(id)
      this.#indexed = Math.max(this.#indexed, batch[batch.length - 1].revision)
    }
    // Changes without rows (a tombstone dropped by a newer place) still move the revision.
    this.#indexed = Math.max(this.#indexed, until)
  }

  async #encode(places: readonly Place[]): Promise<void> {
    const rows = await this.#encoder!.encodePlaces(places, (id) => this.#activity.total(id))
    const indexed = this.#lexical === undefined ? withWords(rows, places, this.#vocabulary!) : rows
    if (indexed.length > 0) await this.#deps.index.upsert(indexed)
    for (const { id } of indexed) this.#places.forget(id)
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
    const { catalog } = this.#deps
    await this.#readVocabulary(position)
    if (position.erasures !== this.#followed.erasures) {
      this.#userEvents.clear()
      this.#followed = { ...this.#followed, erasures: position.erasures }
    }
    if (position.seq !== this.#followed.seq) {
      for await (const batch of catalog.events({ since: this.#followed.seq })) {
        for (const event of batch) {
          this.#userEvents.forget(event.userId)
          this.#activity.add(event)
          this.#feedback.add(event)
        }
        this.#followed = { ...this.#followed, seq: batch[batch.length - 1].seq }
      }
      // The newest events may be gone: erased with their user.
      this.#followed = { ...this.#followed, seq: Math.max(this.#followed.seq, position.seq) }
    }
    if (position.revision === this.#followed.revision) return
    // Nothing is kept of the places yet: whoever has no lexical index to fill need not read them.
    const isFirst = this.#lexical === undefined && this.#followed.revision === 0
    const since = isFirst ? position.revision : this.#followed.revision
    for await (const batch of catalog.placeChanges({ since, batchSize: BATCH, withDeleted: true })) {
      for (const { id, place } of batch) {
        this.#places.forget(id)
        this.#followWords(id, place)
      }
      this.#followed = { ...this.#followed, revision: batch[batch.length - 1].revision }
    }
    // Changes without rows still move the revision.
    this.#followed = { ...this.#followed, revision: Math.max(this.#followed.revision, position.revision) }
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
      this.#places.clear() // vectors are of the version
      this.#opened = manifest.version
      this.#indexed = manifest.revision
    }
    this.#refreshedAt = now()
  }

  async #readVocabulary(position: CatalogPosition): Promise<void> {
    if (this.#vocabulary !== undefined && position.vocabulary === this.#followed.vocabulary) return
    const source = await readVocabularySource(this.#deps.catalog)
    this.#vocabulary = createVocabulary(source)
    this.#gazetteer = createGazetteer({ ...source, concepts: this.#deps.concepts })
    this.#followed = { ...this.#followed, vocabulary: position.vocabulary }
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
