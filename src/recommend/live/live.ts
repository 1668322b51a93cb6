// The served state: model, index, lexical index, activity and vocabulary, kept in step with the catalog.
// Leaves answering to the calls beside it; every request starts with `current()`.
import type { Catalog, CatalogPosition, StoredEvent } from '../../catalog/port.ts'
import type { Event } from '../../domain/event.ts'
import type { Place } from '../../domain/place.ts'
import { DongneError } from '../../errors.ts'
import { LastUsed } from '../../math/last-used.ts'
import type { Concepts } from '../../text/concepts.ts'
import type { LexicalIndex, LexicalStore } from '../../text/port.ts'
import type { VectorIndex, VectorIndexReader } from '../../vector-index/port.ts'
import { poolSize } from '../candidates/candidate.ts'
import type { TextHits } from '../candidates/text.ts'
import type { AskedModel } from '../writing/asked-model.ts'
import { Activity } from './activity.ts'
import type { Encoder } from '../encoder.ts'
import { Feedback } from '../feedback/index.ts'
import { FreshPlaces, KEPT as FRESH_KEPT } from './fresh-places.ts'
import { Kept, type KeptValues } from './kept.ts'
import type { KnownPlace } from './known-place.ts'
import { KnownPlaces } from './known-places.ts'
import { lexicalDocument, withWords } from './lexical-document.ts'
import { LiveWords } from './live-words.ts'
import { Movements } from './movements.ts'
import { MOST_ACTIVE, popularPlacesIndex } from './popular-places-index.ts'
import { createGazetteer, type Gazetteer } from '../query/gazetteer.ts'
import type { Tuning } from '../tuning.ts'
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
/** Newest actions that answers read of a user; older ones live on in the trained vector. */
export const CONTEXT_EVENTS = 300
/** Events kept of the users who asked last, and users: some 200 bytes each. */
const KEPT_EVENTS = 200_000
/** Questions whose hits are kept: some 40 kB each. */
const KEPT_TEXTS = 500
const BATCH = 1000

export class LiveState {
  readonly #deps: LiveDependencies
  readonly #activity: Activity
  readonly #feedback = new Feedback()
  readonly #movements = new Movements()
  readonly #fresh = new FreshPlaces()
  readonly #known: KnownPlaces
  readonly #userEvents = new LastUsed<string, readonly StoredEvent[]>(
    KEPT_EVENTS,
    (events) => events.length + 1,
  )
  readonly #textHits = new Kept<TextHits>(KEPT_TEXTS)
  #reading: Promise<CatalogPosition> | undefined
  /** Absent where the engine of the index searches words itself. */
  readonly #words: LiveWords | undefined
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
    this.#words = searchesWords(deps.index) ? undefined : new LiveWords(deps.words)
    this.#known = new KnownPlaces({
      readPlaces: (ids) => deps.catalog.places(ids),
      readVectors: (ids) => deps.index.vectors(ids),
      encoder: () => this.#encoder!,
      placesState: () => this.#position.revision,
      vectorsState: () =>
        this.#indexed === this.#position.revision
          ? [this.#opened, this.#indexed, this.#encodings].join(' ')
          : undefined,
    })
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
    const index = await popularPlacesIndex(this.#activity, encoder, (ids) => this.#known.places(ids))
    let made: Promise<LexicalIndex> | undefined
    return { index, lexical: () => this.#words?.index ?? (made ??= this.#lexicalOfActive()) }
  }

  async #lexicalOfActive(): Promise<LexicalIndex> {
    const lexical = this.#deps.words.create()
    const places = await this.#known.places(this.#activity.mostActive(MOST_ACTIVE))
    for (const place of places.values()) lexical.upsert(lexicalDocument(place, this.#vocabulary!))
    return lexical
  }

  /** The names and counts that work without an index. */
  async vocabulary(): Promise<Vocabulary> {
    await this.#readVocabulary(await this.#deps.catalog.position())
    return this.#vocabulary!
  }

  /** Takes a user out of the index, where there is one; all that they did is followed then, to be taken back. */
  async forgetUser(id: string): Promise<void> {
    await this.#follow()
    try {
      await this.#deps.index.deleteUsers([id])
    } catch (error) {
      const isServed = !(error instanceof DongneError) || !['no-index', 'index-outdated'].includes(error.code)
      if (isServed) throw error
    }
  }

  /** Takes all events of a user out of what was learnt from them. */
  forget(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.#activity.remove(event)
      this.#userEvents.delete(event.userId)
    }
    this.#feedback.forget(events)
    this.#movements.forget(events.toSorted((a, b) => a.seq - b.seq))
  }

  /** Waits until what is being stored is stored. */
  async close(): Promise<void> {
    await this.#words?.close()
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

  #live(index: VectorIndexReader, words = this.#wordSearch(index)): Live {
    const isServed = index === this.#deps.index
    return {
      catalog: this.#deps.catalog,
      index,
      words,
      ...(isServed && { textHits: this.#textHits.of(this.#state()) }),
      encoder: this.#encoder!,
      activity: this.#activity,
      feedback: this.#feedback,
      tuning: this.#deps.tuning(),
      poolSize: poolSize(Infinity),
      movements: this.#movements,
      fresh: this.#fresh,
      vocabulary: this.#vocabulary!,
      gazetteer: this.#gazetteer!,
      places: (ids) => this.#known.places(ids),
      known: (ids) => (isServed ? this.#known.known(ids) : this.#known.knownWith(index, ids)),
      generation: isServed ? this.#known.generation : {},
      vectors: (ids) => (isServed ? this.#known.vectors(ids) : index.vectors(ids)),
      userEvents: (userId) => this.#eventsOf(userId),
    }
  }

  #wordSearch(index: VectorIndexReader): WordSearch {
    const words = this.#words
    if (words === undefined) return engineWordSearch((query) => index.searchWords!(query))
    return memoryWordSearch(() => words.index, index)
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
      await this.#encode([...(await this.#known.places([...this.#encoder!.unembedded])).values()])
    if (this.#indexed >= until) return
    const changes = catalog.placeChanges({ since: this.#indexed, batchSize: BATCH, withDeleted: true })
    for await (const batch of inTurns(changes)) {
      const rows = batch.flatMap(({ place }) => (place === undefined ? [] : [place]))
      if (rows.length > 0) await this.#encode(rows)
      await index.delete(batch.filter(({ place }) => place === undefined).map(({ id }) => id))
      this.#indexed = Math.max(this.#indexed, batch[batch.length - 1].revision)
    }
    // Changes without rows (a tombstone dropped by a newer place) still move the revision.
    this.#indexed = Math.max(this.#indexed, until)
  }

  async #encode(places: readonly Place[]): Promise<void> {
    const rows = await this.#encoder!.encodePlaces(places, (id) => this.#activity.visits(id))
    const indexed = this.#words === undefined ? withWords(rows, places, this.#vocabulary!) : rows
    if (indexed.length > 0) await this.#deps.index.upsert(indexed)
    // Also where no change of a place led here: texts that could not be embedded before.
    for (const { id } of indexed) this.#known.forgetVector(id)
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
      this.#position = { ...this.#position, erasures: position.erasures }
    }
    if (position.seq !== this.#position.seq) {
      for await (const batch of inTurns(catalog.events({ since: this.#position.seq }))) {
        await this.#locate(batch)
        for (const event of batch) {
          this.#activity.add(event)
          this.#feedback.add(event)
          this.#movements.add(event)
          this.#followFirst(event)
          this.#userEvents.delete(event.userId)
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
      ? Math.min(
          (await this.#words?.open(position)) ?? position.revision,
          Math.max(0, position.revision - FRESH_KEPT),
        )
      : this.#position.revision
    const changes = catalog.placeChanges({ since, batchSize: BATCH, withDeleted: true })
    for await (const batch of inTurns(changes)) {
      for (const change of batch) {
        const { id, place } = change
        this.#known.forget(id)
        this.#words?.follow(change, this.#vocabulary!)
        this.#fresh.setPlace(id, place)
        if (this.#movements.knows(id)) this.#movements.setPlace(id, place)
      }
      this.#position = { ...this.#position, revision: batch[batch.length - 1].revision }
    }
    // Changes without rows still move the revision.
    this.#position = { ...this.#position, revision: Math.max(this.#position.revision, position.revision) }
    this.#words?.reached(this.#position.revision)
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
      this.#known.forgetVectors()
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
    this.#userEvents.set(userId, events)
    return events
  }
}

/** Lets others have their turn between batches: at a start there are thousands, and SQLite reads them without a pause. */
async function* inTurns<T>(batches: AsyncIterable<T>): AsyncIterable<T> {
  let isFirst = true
  for await (const batch of batches) {
    if (!isFirst) await new Promise<void>((resolve) => setImmediate(resolve))
    isFirst = false
    yield batch
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
