// The service behind the HTTP API: the calls, and reads and writes of places, events and users.
// Leaves transport to http/, answers to calls.ts, freshness to live.ts.
import type { Catalog } from '../catalog/port.ts'
import { categoryWithAncestors, type Category } from '../domain/category.ts'
import { eventStrength, type Event } from '../domain/event.ts'
import type { Locale } from '../domain/names.ts'
import type { Place, PlaceInput } from '../domain/place.ts'
import type { Recommendation } from '../domain/recommendation.ts'
import { DongneError, type ErrorCode } from '../errors.ts'
import type { Encoder } from './encoder.ts'
import { nearby, search, similar, taste, together } from './calls.ts'
import type { AskedModel } from './writing/asked-model.ts'
import { courses } from './courses/courses.ts'
import { placeEvidence } from './writing/evidence.ts'
import type { Live, LiveState } from './live/live.ts'
import type { Check, Service, UserView } from './port.ts'
import { similarUsers } from './context/similar-users.ts'
import type { CuratedTheme } from './themes/theme.ts'
import { theme, themes } from './themes/themes.ts'
import { userContext } from './context/user-context.ts'
import type { Writer } from './writing/writer.ts'
import { withWrittenReasons } from './writing/written-reasons.ts'

export interface ServiceDependencies {
  readonly catalog: Catalog
  readonly live: LiveState
  /** Places with their geohash, regions and spots; reads boundaries anew when the vocabulary changed. */
  locate(inputs: readonly PlaceInput[]): Promise<Place[]>
  readonly writer: Writer
  /** Reads questions that the rules leave much of; absent without a language model. */
  readonly askedModel?: AskedModel
  readonly now: () => number
  /** Shelves that somebody thought of; others are mined. */
  readonly curatedThemes: readonly CuratedTheme[]
}

/** Somebody waits for a description: then the template, and the model's text next time. */
const DESCRIBE_WAIT_MS = 1500
const RECENT_EVENTS = 100
const TOP_CATEGORIES = 5
/** Newest events that a user's view is worked out from. */
const VIEWED_EVENTS = 1000
const ALL_EVENTS = Number.MAX_SAFE_INTEGER

export function createService({
  catalog,
  live,
  locate,
  writer,
  askedModel,
  now,
  curatedThemes,
}: ServiceDependencies): Service {
  /** Asks what is left where the engine of the index fails. */
  async function answered<T>(ask: (state: Live) => Promise<T>): Promise<{ answer: T; degraded: boolean }> {
    try {
      return { answer: await ask(await live.current()), degraded: false }
    } catch (error) {
      if (!isEngineFailure(error)) throw error
      return { answer: await ask(await live.withoutIndex()), degraded: true }
    }
  }

  /** Asks, and says what the answer had to do without. */
  async function degradable<T extends { readonly degraded?: string[] }>(
    ask: (state: Live) => Promise<T>,
  ): Promise<T> {
    const missing = new Set<string>()
    const { answer, degraded } = await answered((state) =>
      ask({
        ...state,
        encoder: orWithoutMeaning(state.encoder, () => missing.add('text-model')),
        ...(askedModel && { askedModel }),
      }),
    )
    if (degraded) missing.add('vector-index')
    return missing.size > 0 ? { ...answer, degraded: [...(answer.degraded ?? []), ...missing] } : answer
  }

  /** The same with what the language model wrote about what was wanted. */
  function recommended(
    ask: (state: Live) => Promise<Recommendation>,
    { locale, wanted }: { readonly locale: Locale; readonly wanted?: string | undefined },
  ): Promise<Recommendation> {
    return degradable(async (state) => {
      const found = await ask(state)
      if (wanted === undefined) return found
      return { ...found, items: await withWrittenReasons(found.items, wanted, locale, state, writer) }
    })
  }

  async function isInModel(userId: string): Promise<boolean> {
    try {
      const { answer } = await answered(async ({ encoder }) => encoder.model.userVector(userId) !== undefined)
      return answer
    } catch (error) {
      if (error instanceof DongneError && error.code === 'not-ready') return false
      throw error
    }
  }

  return {
    nearby: (request, signal) => recommended((state) => nearby(state, request, signal), request),
    similar: (request, signal) => recommended((state) => similar(state, request, now(), signal), request),
    together: (request, signal) => recommended((state) => together(state, request, now(), signal), request),
    taste: (request, signal) =>
      recommended((state) => taste(state, request, now(), signal), {
        locale: request.locale,
        wanted: request.intent,
      }),
    search: (request, signal) =>
      recommended((state) => search(state, request, now(), signal), {
        locale: request.locale,
        wanted: request.query,
      }),
    themes: (request, signal) => degradable((state) => themes(state, curatedThemes, request, signal)),
    theme: (id, request, signal) => degradable((state) => theme(state, curatedThemes, id, request, signal)),
    courses: (request, signal) => degradable((state) => courses(state, writer, request, signal)),

    async place(id, locale) {
      const place = await catalog.place(id)
      if (place === undefined) throw unknownPlace(id)
      return (await live.vocabulary()).view(place, locale)
    },
    async describePlace(id, locale) {
      const place = await catalog.place(id)
      if (place === undefined) throw unknownPlace(id)
      const evidence = placeEvidence(place, await live.vocabulary(), locale)
      const { text, generatedBy, quotes } = await writer.describePlace(evidence, { wait: DESCRIBE_WAIT_MS })
      return { placeId: id, locale, text, generatedBy, quotes: [...quotes] }
    },
    async putPlaces(inputs) {
      const places = await locate(inputs)
      await catalog.saveCategories(newCategories(places))
      return (await catalog.savePlaces(places)).statuses
    },
    async deletePlace(id) {
      if (!(await catalog.deletePlace(id))) throw unknownPlace(id)
    },
    addEvents: (events) => catalog.appendEvents(events),

    async user(id) {
      const events = await knownEvents(catalog, id, VIEWED_EVENTS)
      const vocabulary = await live.vocabulary()
      const all = events.length < VIEWED_EVENTS ? events : await knownEvents(catalog, id, ALL_EVENTS)
      return {
        id,
        events: all.length,
        firstEventAt: new Date(all[all.length - 1].at).toISOString(),
        lastEventAt: new Date(all[0].at).toISOString(),
        inModel: await isInModel(id),
        topCategories: await topCategories(catalog, events, (code) => vocabulary.categoryName(code, 'ko')),
        recent: events.slice(0, RECENT_EVENTS).map(({ userId: _, seq: __, at, ...event }) => ({
          ...event,
          at: new Date(at).toISOString(),
        })),
      }
    },
    async exportUser(id) {
      return (await knownEvents(catalog, id, ALL_EVENTS)).map(({ seq: _, ...event }) => event)
    },
    async eraseUser(id) {
      const events = await knownEvents(catalog, id, ALL_EVENTS)
      // First what can fail: afterwards nobody knows the user any more, and the call could not be repeated.
      await live.forgetUser(id)
      const erased = await catalog.eraseUser(id)
      live.forget(events)
      return { events: erased }
    },
    async similarUsers(id, limit, signal) {
      await knownEvents(catalog, id, 1)
      const state = await live.current()
      const { vector } = await userContext(state, { userId: id }, now())
      return vector === undefined ? [] : similarUsers(state, vector, limit, { except: id, signal })
    },
    users: (limit) => catalog.users(limit),

    async regions({ withGeometry, parent }) {
      const regions = await catalog.regions({ withGeometry })
      return parent === undefined ? regions : regions.filter((region) => region.parent === parent)
    },
    spots: () => catalog.spots(),
    async categories() {
      const [categories, counts] = await Promise.all([catalog.categories(), catalog.categoryCounts()])
      const totals = new Map<string, number>()
      for (const [code, places] of counts) {
        for (const ancestor of categoryWithAncestors(code))
          totals.set(ancestor, (totals.get(ancestor) ?? 0) + places)
      }
      return categories.map((category) => ({ ...category, places: totals.get(category.code) ?? 0 }))
    },
    vocabularyVersion: async () => (await catalog.position()).vocabulary,
    async markers(bbox, limit) {
      const order = { by: 'popularity' } as const
      const { answer } = await answered(async (state) => {
        const hits = await state.index.list({ filter: { bbox }, order, k: limit })
        const places = await state.places(hits.map(({ id }) => id))
        return hits.flatMap(({ id }) => places.get(id) ?? [])
      })
      return answer.map(({ id, name, names, lng, lat, categories: [category] }) => {
        return {
          id,
          name,
          ...(names !== undefined && { names }),
          lng,
          lat,
          ...(category !== undefined && { category }),
        }
      })
    },
    readiness: () => readiness(catalog, live),
  }
}

/** Words without a vector while the text model fails: places are found by the words themselves. */
function orWithoutMeaning(encoder: Encoder, onFailure: () => void): Encoder {
  async function attempt<T>(work: () => Promise<T>, instead: T): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DongneError) || error.code !== 'embedding-failed') throw error
      onFailure()
      return instead
    }
  }
  return {
    ...encoder,
    encodeQuery: (text, signal) =>
      attempt(() => encoder.encodeQuery(text, signal), new Float32Array(encoder.model.info.dim)),
    saysLike: (text, places, signal) => attempt(() => encoder.saysLike(text, places, signal), undefined),
  }
}

/** Faults of the engine that answers can do without; a missing index or model is not one of them. */
function isEngineFailure(error: unknown): boolean {
  return error instanceof DongneError && ENGINE_FAILURES.has(error.code)
}

const ENGINE_FAILURES: ReadonlySet<ErrorCode> = new Set([
  'engine-unavailable',
  'engine-overloaded',
  'engine-plugin-missing',
  'engine-failed',
  'index-outdated',
  'index-read-only',
])

function unknownPlace(id: string): DongneError {
  return new DongneError('unknown-place', `No place has the id "${id}".`)
}

async function knownEvents(catalog: Catalog, userId: string, limit: number) {
  const events = await catalog.userEvents(userId, { limit, withImpressions: true })
  if (events.length === 0)
    throw new DongneError('unknown-user', `Nothing is known about the user "${userId}".`)
  return events
}

async function topCategories(
  catalog: Catalog,
  events: readonly Event[],
  categoryName: (code: string) => string,
): Promise<UserView['topCategories']> {
  const places = await catalog.places([...new Set(events.map(({ placeId }) => placeId))])
  const strengths = new Map<string, number>()
  let total = 0
  for (const event of events) {
    const strength = eventStrength(event)
    const code = places.get(event.placeId)?.categories[0]
    if (strength <= 0 || code === undefined) continue
    strengths.set(code, (strengths.get(code) ?? 0) + strength)
    total += strength
  }
  return [...strengths]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, TOP_CATEGORIES)
    .map(([code, strength]) => ({ code, name: categoryName(code), share: strength / total }))
}

/** A place may bring a category that the catalog does not have yet; its last step serves as the name. */
function newCategories(places: readonly Place[]): Category[] {
  const codes = new Set(places.flatMap(({ categories }) => categories))
  return [...codes].map((code) => ({ code, name: code.slice(code.lastIndexOf('/') + 1) }))
}

async function readiness(catalog: Catalog, live: LiveState): Promise<Check[]> {
  const { revision, seq } = await catalog.position()
  const checks: Check[] = [
    { name: 'catalog', ok: await hasPlaces(catalog), detail: `revision ${revision}, event ${seq}` },
  ]
  try {
    const { index, encoder } = await live.current()
    const { version, count } = index.manifest()
    checks.push({
      name: 'model',
      ok: true,
      detail: `${encoder.model.info.version}, dim ${encoder.model.info.dim}`,
    })
    checks.push({ name: 'vector-index', ok: true, detail: `${version}, ${count} places` })
  } catch (error) {
    if (!(error instanceof DongneError)) throw error
    checks.push({ name: 'vector-index', ok: false, detail: error.message, remedy: error.remedy })
  }
  return checks
}

/** Probes ask every few seconds, so the first row has to do: counting a large catalog takes seconds. */
async function hasPlaces(catalog: Catalog): Promise<boolean> {
  for await (const _ of catalog.placeChanges({ since: 0, batchSize: 1 })) return true
  return false
}
