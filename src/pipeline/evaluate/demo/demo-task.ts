// The demo task: a fresh demo city, asked as its people would ask, judged by their hidden tastes.
// Leaves questions to questions.ts, measures to lists.ts and forms.ts, the month of clicks to month.ts, baselines to
// simple-lists.ts.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog } from '../../../catalog/port.ts'
import { eventStrength, type Event } from '../../../domain/event.ts'
import { parseNearbyRequest } from '../../../domain/recommendation.ts'
import { createRandom } from '../../../math/random.ts'
import { SWITCHED_SOURCES } from '../../../recommend/candidates/candidate.ts'
import type { Service } from '../../../recommend/port.ts'
import { WEIGHTS } from '../../../recommend/ranking/rank.ts'
import { CALL_STEPS, STEP_NAMES, type CallName, type StepName } from '../../../recommend/re-rank/names.ts'
import type { Tuning } from '../../../recommend/tuning.ts'
import type { LexicalStore } from '../../../text/port.ts'
import type { VectorIndex } from '../../../vector-index/port.ts'
import type { DataFolder } from '../../data-folder.ts'
import { runDemo, trainDemo } from '../../demo.ts'
import { generateDemoCity, type DemoCity, type DemoTruth } from '../../demo-city/city.ts'
import type { Progress } from '../../progress.ts'
import type { TextProvider } from '../../text-provider.ts'
import type { Rows } from './forms.ts'
import { K, mean, measure, type City, type Judged, type Measures } from './lists.ts'
import { simulateMonth, type MonthReport, type Policy } from './month.ts'
import { CALLS, drawQuestions, idsOf, NEARBY_METERS, type Call, type Question } from './questions.ts'
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
  /** An empty one, for the cities. */
  readonly folder: string
  /** Opens an application over a data folder, which is made where it is missing. */
  open(folder: string, now: () => number, tuning: () => Tuning): Promise<DemoApp>
  readonly seed: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface DemoReport {
  readonly task: 'demo'
  readonly users: number
  /** By call, then by who made the answers: ours and the simple ones. */
  readonly calls: Readonly<Record<Call, Readonly<Record<string, Measures>>>>
  /** Worth without a component, by its name, of the calls whose answers it changes; `ours` with all. */
  readonly without: Readonly<Record<string, { readonly [C in Call]?: number }>>
  readonly month: Readonly<Record<string, MonthReport>>
  readonly seconds: number
}

/** A Wednesday in Korea: the same city, hours and answers whenever it is run. */
const DAY = Date.parse('2026-11-25T00:00:00+09:00')
const USERS = 100
/** Of each so many users one looks at a list every day of the month. */
const VISITOR_OF = 4
const LONG_TAIL_RANK = 0.2

const NO_EXPLORATION = { 'cold-share': false, 'first-card': false } as const
const NO_STEPS = Object.fromEntries(STEP_NAMES.map((name) => [name, false]))

export async function evaluateDemo(options: DemoTaskOptions): Promise<DemoReport> {
  const started = performance.now()
  const { seed, signal } = options
  const city = generateDemoCity({ seed, now: DAY })
  const questions = drawQuestions(city, { users: USERS, seed, day: DAY })
  const simple = simpleLists({ city, seed, signal })
  // Of all hours of the day.
  const visits = {
    questions: questions.nearby.filter((_, index) => index % VISITOR_OF === 0),
    truth: city.truth,
    seed,
  }
  const inCity = async <T>(folder: string, use: (set: SetApp, app: DemoApp) => Promise<T>): Promise<T> => {
    let [now, tuning]: [number, Tuning] = [DAY, {}]
    const app = await options.open(
      folder,
      () => now,
      () => tuning,
    )
    try {
      await runDemo({ ...options, ...app, now, budgetSeconds: Infinity })
      return await use((...changed) => ([now, tuning] = changed), app)
    } finally {
      await app.close()
    }
  }

  const month: Record<string, MonthReport> = {}
  for (const name of SIMPLE_NAMES)
    month[name] = await simulate(refitted(name, { city, simple, ...visits }), visits)
  const folder = join(options.folder, 'city')
  const lists = await inCity(folder, async (set, app) => {
    const answers = { questions, simple, judge: await judgeOf(city, app.index), service: app.service, set }
    const calls = await measureCalls(answers, signal)
    const without = await measureWithout(answers, signal)
    const standing = ours(app, visits.questions, set, { steps: NO_EXPLORATION })
    month['ours, learning nothing'] = await simulate({ ...standing, learn: async () => {} }, visits)
    return { calls, without }
  })
  // What learns from the month changes the city that it learns in: each has its own.
  const copy = join(options.folder, 'copy')
  await cp(folder, copy, { recursive: true })
  month['ours, by events alone'] = await inCity(copy, (set, app) =>
    simulate(ours(app, visits.questions, set), visits),
  )
  month['ours'] = await inCity(folder, (set, app) => {
    const train = async (now: number) => {
      set(now, {})
      await trainDemo({ ...options, ...app, budgetSeconds: Infinity, update: true })
    }
    return simulate({ ...ours(app, visits.questions, set), train }, visits)
  })
  const seconds = (performance.now() - started) / 1000
  return { task: 'demo', users: USERS, ...lists, month, seconds }
}

/** Sets the clock of the application and what is switched off. */
type SetApp = (now: number, tuning: Tuning) => void

interface Answers {
  readonly questions: Readonly<Record<Call, readonly Question[]>>
  readonly simple: SimpleLists
  readonly judge: City
  readonly service: Service
  readonly set: SetApp
}

/** Exploration costs today what it earns later: the month shows both, the lists what is best today. */
async function measureCalls(answers: Answers, signal?: AbortSignal) {
  const tuning = { steps: NO_EXPLORATION }
  const calls = {} as Record<Call, Record<string, Measures>>
  for (const call of CALLS) {
    calls[call] = {}
    for (const name of ['ours', ...SIMPLE_NAMES] as const)
      calls[call][name] = await measureAnswers(answers, call, name, tuning, signal)
  }
  return calls
}

async function measureAnswers(
  answers: Answers,
  call: Call,
  name: 'ours' | keyof SimpleLists,
  tuning: Tuning,
  signal?: AbortSignal,
): Promise<Measures> {
  const { questions, simple, judge } = answers
  const rows =
    name === 'ours'
      ? await ask(answers, call, tuning, signal)
      : questions[call].map((question) => question.form.arrange(simple[name](question, question.possible)))
  const judged: Judged[] = questions[call].map(({ form, possible, taste }, index) => ({
    ids: rows[index].flat(),
    worth: form.worth(rows[index]),
    possible,
    taste,
  }))
  return measure(judged, judge)
}

/** Ours, a question after the other. */
async function ask(
  { questions, service, set }: Answers,
  call: Call,
  tuning: Tuning,
  signal?: AbortSignal,
): Promise<Rows[]> {
  const all: Rows[] = []
  for (const question of questions[call]) {
    signal?.throwIfAborted()
    set(question.at, tuning)
    all.push(await question.ask(service))
  }
  return all
}

/** What changes no answer of a call says nothing of it and is left out: there was nothing for it to act on. */
async function measureWithout(answers: Answers, signal?: AbortSignal) {
  const without: Record<string, { [C in Call]?: number }> = {}
  const usual = {} as Record<Call, string>
  for (const { name, tuning, calls } of ablations()) {
    const worths: { [C in Call]?: number } = {}
    for (const call of calls) {
      const rows = await ask(answers, call, tuning, signal)
      const shown = JSON.stringify(rows)
      if (shown === usual[call]) continue
      usual[call] ??= shown
      worths[call] = mean(answers.questions[call].map(({ form }, index) => form.worth(rows[index])))
    }
    if (Object.keys(worths).length > 0) without[name] = worths
  }
  return without
}

interface Ablation {
  readonly name: string
  readonly tuning: Tuning
  /** Those that have the component. */
  readonly calls: readonly Call[]
}

/** Nearby is ranked by what was learnt: what its features are worth, the area task says. */
function ablations(): Ablation[] {
  const all: Tuning = { steps: NO_EXPLORATION }
  const withStep = (name: StepName) =>
    CALLS.filter(
      (call) => call in CALL_STEPS && (CALL_STEPS[call as CallName] as readonly StepName[]).includes(name),
    )
  const weighted = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]
  const features = new Set(weighted.flatMap((call) => Object.keys(WEIGHTS[call])))
  return [
    { name: 'ours', tuning: all, calls: CALLS },
    ...STEP_NAMES.filter((name) => !(name in NO_EXPLORATION)).map((name) => ({
      name: `without ${name}`,
      tuning: { steps: { ...NO_EXPLORATION, [name]: false } },
      // Shelves take long to make, and show what all steps do to them.
      calls: withStep(name).filter((call) => call !== 'themes'),
    })),
    { name: 'without re-ranking', tuning: { steps: NO_STEPS }, calls: withStep('kin') },
    { name: 'with cold-share', tuning: { steps: { 'first-card': false } }, calls: withStep('cold-share') },
    { name: 'with first-card', tuning: { steps: { 'cold-share': false } }, calls: withStep('first-card') },
    ...Object.entries(SWITCHED_SOURCES).map(([name, isOn]) => ({
      name: `${isOn ? 'without' : 'with'} ${name} (source)`,
      tuning: { ...all, sources: { [name]: !isOn } },
      calls: ['nearby'] as const,
    })),
    ...[...features].map((name) => ({
      name: `without ${name} (feature)`,
      tuning: { ...all, weights: Object.fromEntries(weighted.map((call) => [call, { [name]: 0 }])) },
      calls: weighted.filter((call) => name in WEIGHTS[call]),
    })),
  ]
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

interface Visits {
  /** Nearby, as the visitors would ask it on the first day. */
  readonly questions: readonly Question[]
  readonly truth: DemoTruth
  readonly seed: number
}

/** The same month for each policy. */
function simulate(policy: Policy, { questions, truth, seed }: Visits): Promise<MonthReport> {
  const visitors = questions.map(({ user: { id: userId }, at, possible }) => ({
    userId,
    at,
    possible,
    utility: (placeId: string, at: number) => truth.stepUtility(userId, placeId, { at }),
  }))
  return simulateMonth(policy, visitors, createRandom(seed).fork('month'))
}

function ours(
  { service }: DemoApp,
  questions: readonly Question[],
  set: SetApp,
  tuning: Tuning = {},
): Policy {
  const homes = new Map(questions.map(({ user }) => [user.id, user.home]))
  return {
    async list(userId, now) {
      set(now, tuning)
      const home = homes.get(userId)!
      const circle = { ...home, radiusMeters: NEARBY_METERS }
      const body = { near: home, where: { circle }, who: { userId }, limit: K }
      const answer = await service.nearby(parseNearbyRequest(body, now))
      return { recommendationId: answer.recommendationId, ids: idsOf(answer), items: answer.items }
    },
    learn: async (events) => void (await service.addEvents(events)),
  }
}

/** A simple order, fitted again every week to what happened meanwhile. */
function refitted(
  name: keyof SimpleLists,
  { city, simple, questions, seed }: Visits & { readonly city: DemoCity; readonly simple: SimpleLists },
): Policy {
  const asked = new Map(questions.map((question) => [question.user.id, question]))
  const since: Event[] = []
  let fitted = simple
  return {
    async list(userId, now) {
      const question = asked.get(userId)!
      const ids = fitted[name](question, question.possible).slice(0, K)
      return { recommendationId: `${userId} ${now}`, ids, items: [] }
    },
    learn: async (events) => void since.push(...events),
    train: async () => void (fitted = simpleLists({ city, seed, since })),
  }
}

export function demoLines({ users, calls, without, month, seconds }: DemoReport): string[] {
  const cell = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(3)).padStart(10)
  const cells = (values: readonly (number | undefined)[]) => values.map(cell).join('')
  const heads = (names: readonly string[]) => ''.padEnd(34) + names.map((name) => name.padStart(10)).join('')
  return [
    `${users} people of the demo city, lists of ${K}, ${seconds.toFixed(1)} s`,
    heads(['worth', 'coverage', 'longtail', 'novelty', 'calib.', 'diversity']),
    ...Object.entries(calls).flatMap(([call, lists]) =>
      Object.entries(lists).map(
        ([name, { ndcg, coverage, longTail, novelty, calibrationError, diversity }]) =>
          `${call.padEnd(10)}${name.padEnd(24)}${cells([ndcg, coverage, longTail, novelty, calibrationError, diversity])}`,
      ),
    ),
    'worth without a component; – where the call has none, or it changes no answer',
    heads(CALLS),
    ...Object.entries(without).map(
      ([name, ndcgs]) => `${name.padEnd(34)}${cells(CALLS.map((call) => ndcgs[call]))}`,
    ),
    'a month of clicks around home, trained again every week: regret a list, by week; clicks a list',
    heads(['month', 'week 1', 'week 2', 'week 3', 'week 4', 'clicks']),
    ...Object.entries(month).map(
      ([name, { regret, weeks, clicksPerList }]) =>
        `${name.padEnd(34)}${cells([regret, ...weeks, clicksPerList])}`,
    ),
  ]
}
