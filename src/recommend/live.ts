// The served state: model, index, lexical index, activity and vocabulary, kept in step with the catalog.
// Leaves answering to the calls beside it; every request starts with `current()`.
import type { Catalog, CatalogPosition, StoredEvent } from '../catalog/port.ts'
import type { Event } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import type { Concepts } from '../text/concepts.ts'
import type { LexicalIndex, LexicalStore } from '../text/port.ts'
import type { VectorIndex, VectorIndexReader } from '../vector-index/port.ts'
import { poolSize } from './candidates/candidate.ts'
import type { TextHits } from './candidates/text.ts'
import type { AskedModel } from './asked-model.ts'
import { Activity } from './activity.ts'
import type { Encoder } from './encoder.ts'
import { Feedback } from './feedback/index.ts'
import { FreshPlaces, KEPT as FRESH_KEPT } from './fresh-places.ts'
import { Kept, type KeptValues } from './kept.ts'
import { KnownPlace } from './known-place.ts'
import { lexicalDocument, withWords } from './lexical-document.ts'
import { Movements } from './movements.ts'
import { MOST_ACTIVE, popularPlacesIndex } from './popular-places-index.ts'
import { createGazetteer, type Gazetteer } from './query/gazetteer.ts'
import type { Tuning } from './tuning.ts'
import { createVocabulary, readVocabularySource, type Vocabulary } from './vocabulary.ts'
import { engineWordSearch, memoryWordSearch, searchesWords, type WordSearch } from './word-search.ts'

export interface LiveDependencies {
  readonly catalog: Catalog
  readonly index: VectorIndex
  /** Where words are kept between runs; not asked where the engine of the index searches words itself. */
  readonly words: LexicalStore
  /** The encoder of a trained model, the newest one by default; throws no-model, model-corrupt. */
  loadEncoder(modelVersion?: string): Promise<Encoder>
  readonly tuning: () => Tuning
  /** What words of a question may ask for. */
  readonly concepts: Concepts
  readonly now: () => number
}

/** What one request works with. */
export interface Live {
  readonly catalog: Catalog
  readonly index: VectorIndexReader
  readonly words: WordSearch
  /** What questions in words found in this state of catalog and index; absent where the index is a stand-in. */
  readonly textHits?: KeptValues<TextHits>
  readonly encoder: Encoder
  readonly activity: Activity
  readonly feedback: Feedback
  readonly tuning: Tuning
  /** How many places a source looks for. */
  readonly poolSize: number
  readonly movements: Movements
  readonly fresh: FreshPlaces
  readonly vocabulary: Vocabulary
  readonly gazetteer: Gazetteer
  /** Where a language model may be asked what a question means. */
  readonly askedModel?: AskedModel
  /** The places that exist, through a cache that the change feed keeps true. */
  places(ids: readonly string[]): Promise<Map<string, Place>>
  /** Vectors `[dim]` of the indexed ones, not to be changed, through a cache that index and change feed keep true. */
  vectors(ids: readonly string[]): Promise<Map<string, Float32Array>>
  /** Both of each of these, undefined where one is missing, through a cache that is as true as theirs. */
  known(ids: readonly string[]): Promise<readonly (KnownPlace | undefined)[]>
  /** Another object once a place, a vector or the model may have changed: what was derived from them lasts as long as it. */
  readonly generation: object
  /** The newest actions of a user, newest first, at most CONTEXT_EVENTS, through a cache as well. */
  userEvents(userId: string): Promise<readonly StoredEvent[]>
}

/** How often a version that another process activated is looked for. A switch is not an acknowledged write. */
const REFRESH_MS = 1000
/** How often places are tried again whose texts could not be embedded. */
const EMBED_AGAIN_MS = 10_000
/** How old the order of the places that stand in for the index may be. */
const POPULAR_AGE_MS = 10_000
/** Places kept parsed: some 2 kB each. */
const CACHED_PLACES = 50_000
/** Vectors kept: 256 bytes each at 64 dimensions. */
const CACHED_VECTORS = 50_000
/** Newest actions that answers read of a user; older ones live on in the trained vector. */
export const CONTEXT_EVENTS = 300
/** Events of users kept: some 200 bytes each. */
const CACHED_EVENTS = 200_000
/** Questions whose hits are kept: some 40 kB each. */
const KEPT_TEXTS = 500
const BATCH = 1000
/** Words are stored when so many places changed since, and so large a share: making them takes some 0.1 ms a place. */
const MIN_UNSTORED = 1000
const MAX_UNSTORED_SHARE = 0.05

export class LiveState {
  readonly #deps: LiveDependencies
  readonly #activity: Activity
  readonly #feedback = new Feedback()
  readonly #movements = new Movements()
  readonly #fresh = new FreshPlaces()
  readonly #cache = new Map<string, Place>()
  readonly #vectors = new Map<string, Float32Array>()
  readonly #known = new Map<string, KnownPlace>()
  #generation: object = {}
  readonly #userEvents = new Map<string, readonly StoredEvent[]>()
  readonly #textHits = new Kept<TextHits>(KEPT_TEXTS)
  #cachedEvents = 0
  #reading: Promise<CatalogPosition> | undefined
  /** Absent where the engine of the index searches words itself. */
  #lexical: LexicalIndex | undefined
  /** Of the names of categories and areas that its oldest words were made from. */
  #lexicalVocabulary = 0
  /** Places that changed since words were stored last. */
  #unstored = 0
  #storing: Promise<void> = Promise.resolve()
  #vocabulary: Vocabulary | undefined
  #gazetteer: Gazetteer | undefined
  #encoder: Encoder | undefined
  #position: CatalogPosition = { revision: 0, seq: 0, vocabulary: -1, erasures: 0 }
  /** The index version that `#encoder` belongs to. */
  #opened: string | undefined
  /** Catalog revision that the index reflects; below #position.revision only while catching up. */
  #indexed = 0
  #refreshedAt = -Infinity
  /** How often rows were written to the index. */
  #encodings = 0
  /** When places were last encoded without their texts. */
  #encodedAt = 0
  #work: Promise<void> | undefined
  #following: Promise<void> | undefined
  #popular: { readonly key: string; readonly standIn: Promise<StandIn> } | undefined

  constructor(deps: LiveDependencies) {
    this.#deps = deps
    this.#activity = new Activity(deps.now)
    this.#lexical = searchesWords(deps.index) ? undefined : deps.words.create()
  }

  /**
   * The state with every acknowledged write in it. Throws not-ready where there is no index, and model or index errors.
   * Cheap when nothing changed: one read of the catalog's counters.
   */
  async current(): Promise<Live> {
    for (;;) {
      if (!this.#isStale(await this.#positionNow())) return this.#live(this.#deps.index)
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
    const lexical = this.#deps.words.create()
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

  /** Takes all events of a user out of what was learnt from them. */
  forget(events: readonly Event[]): void {
    for (const event of events) {
      this.#activity.remove(event)
      this.#dropUserEvents(event.userId)
    }
    this.#feedback.forget(events)
    this.#movements.forget(events)
  }

  /** Waits until what is being stored is stored. */
  async close(): Promise<void> {
    await this.#storing
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
    const followed = this.#position
    return (
      revision === followed.revision &&
      seq === followed.seq &&
      vocabulary === followed.vocabulary &&
      erasures === followed.erasures
    )
  }

  #live(index: VectorIndexReader, words = this.#words(index)): Live {
    return {
      catalog: this.#deps.catalog,
      index,
      words,
      ...(index === this.#deps.index && { textHits: this.#textHits.of(this.#state()) }),
      encoder: this.#encoder!,
      activity: this.#activity,
      feedback: this.#feedback,
      tuning: this.#deps.tuning(),
      poolSize: poolSize(Infinity),
      movements: this.#movements,
      fresh: this.#fresh,
      vocabulary: this.#vocabulary!,
      gazetteer: this.#gazetteer!,
      places: (ids) => this.#places(ids),
      known: (ids) => (index === this.#deps.index ? this.#cachedKnown(ids) : this.#knownWith(index, ids)),
      generation: index === this.#deps.index ? this.#generation : {},
      vectors: (ids) => (index === this.#deps.index ? this.#cachedVectors(ids) : index.vectors(ids)),
      userEvents: (userId) => this.#eventsOf(userId),
    }
  }

  #words(index: VectorIndexReader): WordSearch {
    const lexical = this.#lexical
    if (lexical === undefined) return engineWordSearch((query) => index.searchWords!(query))
    return memoryWordSearch(() => lexical, index)
  }

  /** Changes whenever catalog or index may answer words otherwise. */
  #state(): string {
    const { revision, vocabulary } = this.#position
    return [this.#opened, this.#indexed, this.#encodings, revision, vocabulary].join(' ')
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
      this.#generation = {}
      this.#indexed = Math.max(this.#indexed, batch[batch.length - 1].revision)
    }
    // Changes without rows (a tombstone dropped by a newer place) still move the revision.
    this.#indexed = Math.max(this.#indexed, until)
  }

  async #encode(places: readonly Place[]): Promise<void> {
    const rows = await this.#encoder!.encodePlaces(places, (id) => this.#activity.total(id))
    const indexed = this.#lexical === undefined ? withWords(rows, places, this.#vocabulary!) : rows
    if (indexed.length > 0) await this.#deps.index.upsert(indexed)
    // Also where no change of a place led here: texts that could not be embedded before.
    for (const { id } of indexed) this.#forgetVector(id)
    this.#encodings++
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
    if (position.erasures !== this.#position.erasures) {
      // By whichever process; the counter does not say whom.
      this.#userEvents.clear()
      this.#cachedEvents = 0
      this.#position = { ...this.#position, erasures: position.erasures }
    }
    if (position.seq !== this.#position.seq) {
      for await (const batch of catalog.events({ since: this.#position.seq })) {
        await this.#locate(batch)
        for (const event of batch) {
          this.#activity.add(event)
          this.#feedback.add(event)
          this.#movements.add(event)
          this.#followFirst(event)
          this.#dropUserEvents(event.userId)
        }
        this.#position = { ...this.#position, seq: batch[batch.length - 1].seq }
      }
      // The newest events may be gone: erased with their user.
      this.#position = { ...this.#position, seq: Math.max(this.#position.seq, position.seq) }
    }
    if (position.revision === this.#position.revision) return
    // Words stored before tell all but the latest; what came lately is read in any case, to know what is fresh.
    const isFirst = this.#position.revision === 0
    const since = isFirst
      ? Math.min(await this.#openWords(position), Math.max(0, position.revision - FRESH_KEPT))
      : this.#position.revision
    for await (const batch of catalog.placeChanges({ since, batchSize: BATCH, withDeleted: true })) {
      for (const { id, place } of batch) {
        this.#cache.delete(id)
        this.#forgetVector(id)
        this.#followWords(id, place)
        this.#fresh.setPlace(id, place)
        if (this.#movements.knows(id)) this.#movements.setPlace(id, place)
      }
      this.#position = { ...this.#position, revision: batch[batch.length - 1].revision }
    }
    // Changes without rows still move the revision.
    this.#position = { ...this.#position, revision: Math.max(this.#position.revision, position.revision) }
    this.#storeWords()
  }

  /** Where the places of events are: what a movement counts for depends on it. */
  async #locate(events: readonly Event[]): Promise<void> {
    const unknown = new Set(events.map(({ placeId }) => placeId).filter((id) => !this.#movements.knows(id)))
    if (unknown.size === 0) return
    const places = await this.#deps.catalog.places([...unknown])
    for (const [id, place] of places) this.#movements.setPlace(id, place)
  }

  /** The first action on a place, where it is that. */
  #followFirst({ placeId, at }: Event): void {
    if (this.#activity.actions(placeId) !== 1 || this.#activity.firstAt(placeId) !== at) return
    const place = this.#movements.placeOf(placeId)
    if (place !== undefined) this.#fresh.see(placeId, place, at)
  }

  /** The stored words, as far as they can be used; returns the revision that they reflect. */
  async #openWords(position: CatalogPosition): Promise<number> {
    if (this.#lexical === undefined) return position.revision
    const stored = await this.#deps.words.read()
    // Names of areas and categories are among the words; a catalog that went back is another one.
    const isUsable =
      stored !== undefined &&
      stored.position.vocabulary === position.vocabulary &&
      stored.position.revision <= position.revision
    this.#lexicalVocabulary = position.vocabulary
    if (!isUsable) return 0
    this.#lexical = stored.index
    return stored.position.revision
  }

  /** Words of a place, where they are kept here and not by the engine. */
  #followWords(id: string, place: Place | undefined): void {
    if (this.#lexical === undefined) return
    if (place === undefined) this.#lexical.delete(id)
    else this.#lexical.upsert(lexicalDocument(place, this.#vocabulary!))
    this.#unstored++
  }

  /** Stores words beside the requests once a start without them would take longer. */
  #storeWords(): void {
    if (this.#lexical === undefined) return
    if (this.#unstored < Math.max(MIN_UNSTORED, this.#lexical.size * MAX_UNSTORED_SHARE)) return
    this.#unstored = 0
    const { revision } = this.#position
    const position = { revision, vocabulary: this.#lexicalVocabulary }
    this.#storing = this.#storing.then(() => this.#deps.words.write(this.#lexical!, position))
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
        this.#fresh.setModel((id) => encoder.model.placeRow(id) !== undefined)
      }
      this.#opened = manifest.version
      this.#vectors.clear()
      this.#known.clear()
      this.#generation = {}
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

  /** One read for all who ask within a turn of the event loop: it starts after the last of them came. */
  #positionNow(): Promise<CatalogPosition> {
    this.#reading ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#reading = undefined
      return this.#deps.catalog.position()
    })
    return this.#reading
  }

  async #eventsOf(userId: string): Promise<readonly StoredEvent[]> {
    const known = this.#userEvents.get(userId)
    if (known !== undefined) return known
    const { seq, erasures } = this.#position
    const events = await this.#deps.catalog.userEvents(userId, { limit: CONTEXT_EVENTS })
    // What was seen meanwhile may be missing in what was read: then the next request reads again.
    if (seq !== this.#position.seq || erasures !== this.#position.erasures) return events
    this.#dropUserEvents(userId)
    this.#userEvents.set(userId, events)
    this.#cachedEvents += events.length + 1
    for (const oldest of this.#userEvents.keys()) {
      if (this.#cachedEvents <= CACHED_EVENTS) break
      this.#dropUserEvents(oldest)
    }
    return events
  }

  #dropUserEvents(userId: string): void {
    const known = this.#userEvents.get(userId)
    if (known === undefined) return
    this.#userEvents.delete(userId)
    this.#cachedEvents -= known.length + 1
  }

  async #cachedVectors(ids: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    const missing: string[] = []
    for (const id of ids) {
      const vector = this.#vectors.get(id)
      if (vector === undefined) missing.push(id)
      else found.set(id, vector)
    }
    if (missing.length === 0) return found
    const [opened, indexed, encodings] = [this.#opened, this.#indexed, this.#encodings]
    const read = await this.#deps.index.vectors(missing)
    // While the index catches up, or was switched meanwhile, what was read may be old: the next request reads again.
    const isSettled =
      opened === this.#opened &&
      indexed === this.#indexed &&
      encodings === this.#encodings &&
      indexed === this.#position.revision
    for (const [id, vector] of read) {
      found.set(id, vector)
      if (isSettled) this.#vectors.set(id, vector)
    }
    dropOldest(this.#vectors, CACHED_VECTORS)
    return found
  }

  /** What is known of a place goes with either of its parts. */
  #forgetVector(id: string): void {
    this.#vectors.delete(id)
    this.#known.delete(id)
    this.#generation = {}
  }

  async #cachedKnown(ids: readonly string[]): Promise<readonly (KnownPlace | undefined)[]> {
    const known = ids.map((id) => this.#known.get(id))
    const missing = ids.filter((_, index) => known[index] === undefined)
    if (missing.length === 0) return known
    const encoder = this.#encoder!
    const [places, vectors] = await Promise.all([this.#places(missing), this.#cachedVectors(missing)])
    ids.forEach((id, index) => {
      if (known[index] !== undefined) return
      const [place, vector] = [places.get(id), vectors.get(id)]
      if (place === undefined || vector === undefined) return
      known[index] = knownPlace(encoder, place, vector)
      // As true as what it was made from.
      const isKept = this.#cache.get(id) === place && this.#vectors.get(id) === vector
      if (isKept && encoder === this.#encoder) this.#known.set(id, known[index])
    })
    dropOldest(this.#known, CACHED_PLACES)
    return known
  }

  async #knownWith(
    index: VectorIndexReader,
    ids: readonly string[],
  ): Promise<readonly (KnownPlace | undefined)[]> {
    const [places, vectors] = await Promise.all([this.#places(ids), index.vectors(ids)])
    return ids.map((id) => {
      const [place, vector] = [places.get(id), vectors.get(id)]
      return place && vector && knownPlace(this.#encoder!, place, vector)
    })
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
      dropOldest(this.#cache, CACHED_PLACES)
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

function knownPlace({ model }: Encoder, place: Place, vector: Float32Array): KnownPlace {
  return new KnownPlace(place, vector, model.placeRow(place.id) ?? -1, model.placeUsers(place.id))
}

/** A Map keeps insertion order. */
function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return
    map.delete(key)
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
