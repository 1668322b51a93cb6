// The demo task: a fresh demo city, asked as its people would ask, judged by their hidden tastes.
// Leaves measures to lists.ts, the month of clicks to month.ts, baselines to simple-lists.ts.
import type { Catalog } from '../../../catalog/port.ts'
import { eventStrength } from '../../../domain/event.ts'
import type { PlaceInput } from '../../../domain/place.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  type Recommendation,
} from '../../../domain/recommendation.ts'
import { haversineMeters } from '../../../geo/distance.ts'
import { createRandom } from '../../../math/random.ts'
import type { Service } from '../../../recommend/port.ts'
import { SWITCHED_SOURCES } from '../../../recommend/candidates/candidate.ts'
import { STEP_NAMES } from '../../../recommend/re-rank/names.ts'
import { wideCategory } from '../../../recommend/re-rank/calibration.ts'
import type { Tuning } from '../../../recommend/tuning.ts'
import type { LexicalStore } from '../../../text/port.ts'
import type { VectorIndex } from '../../../vector-index/port.ts'
import type { DataFolder } from '../../data-folder.ts'
import { runDemo } from '../../demo.ts'
import { generateDemoCity, type DemoCity, type DemoUser } from '../../demo-city/city.ts'
import type { Progress } from '../../progress.ts'
import type { TextProvider } from '../../text-provider.ts'
import { K, measure, type City, type Judged, type Measures } from './lists.ts'
import { simulateMonth, type MonthReport, type Policy } from './month.ts'
import { simpleLists, SIMPLE_NAMES, type SimpleLists } from './simple-lists.ts'

/** What the task needs of an application. */
export interface DemoApp {
  readonly catalog: Catalog
  readonly index: VectorIndex
  readonly words: LexicalStore
  readonly folder: DataFolder
  readonly texts: TextProvider
  readonly service: Service
  close(): Promise<void>
}

export interface DemoTaskOptions {
  /** Opens an application over a new folder. */
  open(now: () => number, tuning: () => Tuning): Promise<DemoApp>
  readonly seed: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

const CALLS = ['nearby', 'taste', 'similar', 'search'] as const
type Call = (typeof CALLS)[number]

export interface DemoReport {
  readonly task: 'demo'
  readonly users: number
  /** By call, then by who made the lists: ours and the simple ones. */
  readonly calls: Readonly<Record<Call, Readonly<Record<string, Measures>>>>
  /** True-taste nDCG of nearby and taste without a component, by its name; `ours` with all. */
  readonly without: Readonly<Record<string, { readonly nearby: number; readonly taste: number }>>
  readonly month: Readonly<Record<string, MonthReport>>
  readonly seconds: number
}

const USERS = 100
const VISITORS = 30
const NEARBY_METERS = 1500
const LONG_TAIL_RANK = 0.2

/** Components that can be switched off besides the steps: what the ranker looks at. */
const FEATURES = ['popularity', 'popularNow', 'taste', 'closeness', 'rating'] as const

const NO_EXPLORATION = { 'cold-share': false, 'first-card': false } as const
const NO_STEPS = Object.fromEntries(STEP_NAMES.map((name) => [name, false]))

interface Asked {
  readonly user: DemoUser
  readonly utilities: ReadonlyMap<string, number>
  readonly taste: ReadonlyMap<string, number>
  ask(service: Service): Promise<Recommendation>
}

export async function evaluateDemo(options: DemoTaskOptions): Promise<DemoReport> {
  const started = performance.now()
  const { seed, progress, signal } = options
  let now = Date.now()
  let tuning: Tuning = {}
  const app = await options.open(
    () => now,
    () => tuning,
  )
  try {
    await runDemo({ ...app, seed, now, progress, ...(signal && { signal }) })
    const city = generateDemoCity({ seed, now })
    const questions = drawQuestions(city, seed, now)
    const judge = await judgeOf(city, app.index)
    const simple = simpleLists(city, seed)

    const listsOf = async (call: Call, name: string): Promise<Judged[]> => {
      const lists: Judged[] = []
      for (const { user, utilities, taste, ask } of questions[call]) {
        signal?.throwIfAborted()
        const ids =
          name === 'ours'
            ? idsOf(await ask(app.service))
            : simple[name as keyof SimpleLists](user, [...utilities.keys()]).slice(0, K)
        lists.push({ ids, utilities, taste })
      }
      return lists
    }
    const calls = {} as Record<Call, Record<string, Measures>>
    // Exploration costs today what it earns later: the month shows both, the lists what is best today.
    tuning = { steps: NO_EXPLORATION }
    for (const call of CALLS) {
      calls[call] = {}
      for (const name of ['ours', ...SIMPLE_NAMES])
        calls[call][name] = measure(await listsOf(call, name), judge)
    }
    const without: Record<string, { nearby: number; taste: number }> = {}
    for (const [name, tuned] of ablations()) {
      tuning = tuned
      without[name] = {
        nearby: measure(await listsOf('nearby', 'ours'), judge).ndcg,
        taste: measure(await listsOf('taste', 'ours'), judge).ndcg,
      }
    }
    const month = await months(questions.nearby.slice(0, VISITORS), {
      app,
      simple,
      seed,
      start: now,
      set: (time, tuned) => ([now, tuning] = [time, tuned]),
    })
    const seconds = (performance.now() - started) / 1000
    return { task: 'demo', users: USERS, calls, without, month, seconds }
  } finally {
    await app.close()
  }
}

function ablations(): [string, Tuning][] {
  const all: Tuning = { steps: NO_EXPLORATION }
  return [
    ['ours', all],
    ...STEP_NAMES.filter((name) => !(name in NO_EXPLORATION)).map((name): [string, Tuning] => [
      `without ${name}`,
      { steps: { ...NO_EXPLORATION, [name]: false } },
    ]),
    ['without re-ranking', { steps: NO_STEPS }],
    ['with cold-share', { steps: { 'first-card': false } }],
    ['with first-card', { steps: { 'cold-share': false } }],
    ...Object.entries(SWITCHED_SOURCES).map(([name, isOn]): [string, Tuning] => [
      `${isOn ? 'without' : 'with'} ${name} (source)`,
      { ...all, sources: { [name]: !isOn } },
    ]),
    ...FEATURES.map((name): [string, Tuning] => [
      `without ${name} (feature)`,
      { ...all, weights: { nearby: { [name]: 0 }, taste: { [name]: 0 } } },
    ]),
  ]
}

/** Questions of the same users for each call, with what might answer them. */
function drawQuestions(city: DemoCity, seed: number, now: number): Record<Call, Asked[]> {
  const random = createRandom(seed).fork('questions')
  const users = random.shuffle([...city.users]).slice(0, USERS)
  const places = city.places.filter(({ closed }) => closed !== true)
  const byId = new Map(places.map((place) => [place.id, place]))
  const names = new Map(city.categories.map(({ code, name }) => [code, name]))
  const acted = new Map<string, Map<string, number>>(users.map(({ id }) => [id, new Map()]))
  const disliked = new Map<string, Set<string>>(users.map(({ id }) => [id, new Set()]))
  for (const event of city.events()) {
    const strength = eventStrength(event)
    const own = acted.get(event.userId)
    if (own === undefined) continue
    if (strength < 0) disliked.get(event.userId)!.add(event.placeId)
    else if (strength > 0) disliked.get(event.userId)!.delete(event.placeId)
    if (strength > 0) own.set(event.placeId, (own.get(event.placeId) ?? 0) + strength)
  }
  const asked: Record<Call, Asked[]> = { nearby: [], taste: [], similar: [], search: [] }
  for (const user of users) {
    const own = acted.get(user.id)!
    const anchor = byId.get(random.pick([...own.keys()].filter((id) => byId.has(id))))!
    const category = anchor.categories![0]
    const shares = new Map<string, number>()
    for (const [id, strength] of own) {
      const name = wideCategory(byId.get(id)?.categories?.[0])
      shares.set(name, (shares.get(name) ?? 0) + strength)
    }
    const total = [...shares.values()].reduce((a, b) => a + b, 0)
    const taste = new Map([...shares].map(([name, mass]) => [name, mass / total]))
    const who = { userId: user.id }
    const add = (
      call: Call,
      matches: (place: PlaceInput) => boolean,
      ask: (service: Service) => Promise<Recommendation>,
    ) => {
      const utilities = new Map(
        places
          .filter((place) => matches(place) && !disliked.get(user.id)!.has(place.id))
          .map(({ id }) => [id, city.truth.trueUtility(user.id, id)]),
      )
      asked[call].push({ user, utilities, taste, ask })
    }
    const circle = { ...user.home, radiusMeters: NEARBY_METERS }
    add(
      'nearby',
      (place) => haversineMeters(user.home, place) <= NEARBY_METERS,
      (service) =>
        service.nearby(parseNearbyRequest({ near: user.home, where: { circle }, who, limit: K }, now)),
    )
    add(
      'taste',
      ({ id }) => !own.has(id),
      (service) => service.taste(parseTasteRequest({ who, limit: K })),
    )
    add(
      'similar',
      ({ id, categories = [] }) => id !== anchor.id && categories[0] === category,
      (service) => service.similar(parseSimilarRequest({ placeIds: [anchor.id], who, limit: K })),
    )
    add(
      'search',
      ({ categories = [] }) => categories.includes(category),
      (service) =>
        service.search(parseSearchRequest({ query: names.get(category) ?? category, who, limit: K })),
    )
  }
  return asked
}

async function judgeOf(city: DemoCity, index: VectorIndex): Promise<City> {
  const popularity = new Map<string, number>()
  for (const event of city.events()) {
    if (eventStrength(event) > 0) popularity.set(event.placeId, (popularity.get(event.placeId) ?? 0) + 1)
  }
  const order = city.places
    .map(({ id }) => id)
    .sort((a, b) => (popularity.get(b) ?? 0) - (popularity.get(a) ?? 0))
  const head = new Set(order.slice(0, Math.floor(order.length * LONG_TAIL_RANK)))
  const vectors = await index.vectors(order)
  const categories = new Map(city.places.map(({ id, categories: codes = [] }) => [id, codes[0]]))
  return {
    popularity,
    isLongTail: (id) => !head.has(id),
    vector: (id) => vectors.get(id),
    category: (id) => categories.get(id),
  }
}

interface MonthOptions {
  readonly app: DemoApp
  readonly simple: SimpleLists
  readonly seed: number
  readonly start: number
  /** Sets the clock and what is switched off. */
  set(now: number, tuning: Tuning): void
}

/** The same month for each policy; what learns from it comes last. */
async function months(
  questions: readonly Asked[],
  { app, simple, seed, start, set }: MonthOptions,
): Promise<Record<string, MonthReport>> {
  const visitors = questions.map(({ user, utilities }) => ({ userId: user.id, utilities }))
  const asked = new Map(questions.map((question) => [question.user.id, question]))
  const homes = new Map(questions.map(({ user }) => [user.id, user.home]))
  const ours = (tuning: Tuning): Policy => ({
    async list(userId, now) {
      set(now, tuning)
      const home = homes.get(userId)!
      const circle = { ...home, radiusMeters: NEARBY_METERS }
      const body = { near: home, where: { circle }, who: { userId }, limit: K }
      const answer = await app.service.nearby(parseNearbyRequest(body, now))
      return { recommendationId: answer.recommendationId, ids: idsOf(answer), items: answer.items }
    },
    async learn(events) {
      await app.service.addEvents(events)
    },
  })
  const fixed = (name: keyof SimpleLists): Policy => ({
    async list(userId) {
      const { user, utilities } = asked.get(userId)!
      return {
        recommendationId: crypto.randomUUID(),
        ids: simple[name](user, [...utilities.keys()]).slice(0, K),
        items: [],
      }
    },
    learn: async () => {},
  })
  const run = (policy: Policy) => simulateMonth(policy, visitors, start, createRandom(seed).fork('month'))
  const report: Record<string, MonthReport> = {}
  for (const name of SIMPLE_NAMES) report[name] = await run(fixed(name))
  // Learns nothing between days: each list is asked for as on the first day.
  const still = ours({ steps: NO_EXPLORATION })
  report['ours, standing still'] = await run({ ...still, learn: async () => {} })
  report['ours'] = await run(ours({}))
  return report
}

export function demoLines({ users, calls, without, month, seconds }: DemoReport): string[] {
  const cells = (values: readonly number[]) => values.map((value) => value.toFixed(3).padStart(9)).join('')
  const ours = without['ours']
  return [
    `${users} people of the demo city, lists of ${K}, ${seconds.toFixed(1)} s`,
    `${''.padEnd(28)}${['nDCG', 'coverage', 'longtail', 'novelty', 'calib.', 'diversity'].map((name) => name.padStart(9)).join('')}`,
    ...Object.entries(calls).flatMap(([call, lists]) =>
      Object.entries(lists).map(
        ([name, { ndcg, coverage, longTail, novelty, calibrationError, diversity }]) =>
          `${call.padEnd(9)}${name.padEnd(19)}${cells([ndcg, coverage, longTail, novelty, calibrationError, diversity])}`,
      ),
    ),
    'true-taste nDCG of nearby and taste, and against ours',
    ...Object.entries(without).map(
      ([name, { nearby, taste }]) =>
        `${name.padEnd(28)}${cells([nearby, taste])}  ${percent(nearby / ours.nearby)} ${percent(taste / ours.taste)}`,
    ),
    'a month of clicks around home: regret a list, in the first and the last week, clicks a list',
    ...Object.entries(month).map(
      ([name, { regret, firstWeek, lastWeek, clicksPerList }]) =>
        `${name.padEnd(28)}${cells([regret, firstWeek, lastWeek, clicksPerList])}`,
    ),
  ]
}

function percent(ratio: number): string {
  return `${ratio >= 1 ? '+' : ''}${(100 * (ratio - 1)).toFixed(1)} %`
}

function idsOf({ items }: Recommendation): string[] {
  return items.map(({ place }) => place.id!)
}
