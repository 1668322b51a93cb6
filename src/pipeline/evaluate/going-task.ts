// A task of the ranker: someone goes somewhere; where is it among everything that they could have chosen?
// Leaves the question to the tasks (area-task.ts, next-task.ts), evidence and the ranker to ../ranker/.
import { fitBaseline, type FitContext } from '../../graph/baselines/baseline.ts'
import { BASELINES } from '../../graph/baselines/index.ts'
import { BASELINE_NAMES, type BaselineName } from '../../graph/baselines/names.ts'
import { buildGraph, type InteractionGraph } from '../../graph/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { createWasmKernels } from '../../math/wasm-kernels.ts'
import { FEATURE_NAMES, WIDTH, type FeatureName } from '../../recommend/ranking/features.ts'
import type { RankerReport } from '../../graph/model.ts'
import { createRanker, type Ranker } from '../../recommend/ranking/ranker.ts'
import { collectChoices, fitRanker, forEachGoing, splitLate, type Question } from '../ranker/fit.ts'
import { PAST_SHARE } from '../ranker/learn.ts'
import { createWorld, type Visit, type World } from '../ranker/world.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { EvaluationFormat } from '../datasets/formats.ts'
import { Contest, type PlaceScores } from './contest.ts'
import type { EvaluateOptions } from './options.ts'
import { createReRanking, type ReRankedReport } from './re-ranked.ts'
import { resources, type Resources } from './report.ts'
import { cityOf, trainInput } from './train-input.ts'
import { trainTimed } from './training.ts'

/** What the ranker loses with each part. */
export const COMPONENTS = {
  popularity: ['users', 'visits', 'unseen', 'age'],
  time: ['slot', 'hour'],
  categories: ['hour', 'kind', 'wideKind', 'kindAfter', 'wideKindAfter'],
  'last-place': [
    'kindAfter',
    'wideKindAfter',
    'after',
    'lastList',
    'session',
    'metersNow',
    'metersSoon',
    'metersToday',
    'metersBefore',
    'stride',
  ],
  distance: [
    'metersNow',
    'metersSoon',
    'metersToday',
    'metersBefore',
    'nearest',
    'streets',
    'quarter',
    'stride',
  ],
  'item-lists': ['lists', 'listsThin', 'lastList'],
  taste: ['taste', 'tasteThin', 'session'],
  thinness: ['listsThin', 'tasteThin'],
  stride: ['stride'],
  rating: ['rating'],
} as const satisfies Record<string, readonly FeatureName[]>

type Component = keyof typeof COMPONENTS | 'learning'

/** What a contender that needs no fit gives a candidate, by its features; higher is better. */
export type Rule = (feature: (name: FeatureName) => number) => number

export interface GoingTask<Name extends string> {
  readonly task: Name
  readonly question: Question
  /** Baselines that need no fit. */
  readonly rules: Readonly<Record<string, Rule>>
  /** Moments asked at most. */
  readonly mostMoments: number
  /** Whether the service re-ranks what answers the question. */
  readonly reRanked: boolean
}

export interface GoingSlice extends PlaceScores {
  readonly moments: number
  readonly baselines: Readonly<Record<string, PlaceScores>>
}

export interface GoingReport<Name extends string = string> extends PlaceScores, Resources {
  readonly task: Name
  readonly format: EvaluationFormat
  readonly dim: number
  readonly threads: number
  readonly seed: number
  readonly seconds: number
  readonly trainSeconds: number
  readonly places: number
  /** Goings in test that the question is asked of. */
  readonly moments: number
  /** Of them asked: a seeded draw where there are many. */
  readonly asked: number
  /** Mean number of places to choose from. */
  readonly candidates: number
  readonly baselines: Readonly<Record<string, PlaceScores | { readonly skipped: string }>>
  /** recall@10 over that of the best baseline, and which that is. */
  readonly overBest: { readonly baseline: string; readonly ratio: number }
  readonly without: Readonly<Record<Component, PlaceScores>>
  /** `thin`: the third of the moments at which the fewest places of the user are known, up to `thinPlaces`. */
  readonly slices: Readonly<Record<'thin' | 'rich' | 'home' | 'away', GoingSlice>>
  readonly thinPlaces: number
  /** Ours after all steps of re-ranking and after each alone, where the service re-ranks what answers the question. */
  readonly reRanked?: ReRankedReport
  readonly ranker: RankerReport
}

const FEATURE_NUMBERS = Object.fromEntries(FEATURE_NAMES.map((name, index) => [name, index])) as Record<
  FeatureName,
  number
>
/** Longest fit of a baseline that is trained step by step; on check-ins of a city they end before. */
const BASELINE_SECONDS = 15
/** Around the place where most of a user's visits are: a walk or a few stops. */
const HOME_METERS = 3000

/** Throws invalid-dataset where check-ins have no times or places no positions. */
export async function evaluateGoing<Name extends string>(
  { task, question, rules, mostMoments, reRanked }: GoingTask<Name>,
  dataset: Dataset,
  options: EvaluateOptions,
  started: number,
): Promise<GoingReport<Name>> {
  const { format, dim, seed, threads, budgetSeconds, folder, progress, signal } = options
  const { placeIds } = dataset
  const { places, test } = cityOf(dataset, folder)
  const random = createRandom(seed)
  const input = await trainInput(dataset)
  const { before, late } = splitLate(input.events)
  const budget = (share: number) => ({ ...options, budgetSeconds: share * budgetSeconds })
  const first = await trainTimed({ ...input, events: before }, budget(PAST_SHARE), 'train on the past')
  const choices = collectChoices(
    createWorld(places, before, first.trained),
    late,
    random.fork('choices'),
    question,
  )
  const report = fitRanker(choices)
  const components = Object.keys(COMPONENTS) as (keyof typeof COMPONENTS)[]
  const rankers: readonly Ranker[] = [
    createRanker(report),
    ...components.map((name) => createRanker(fitRanker(choices, COMPONENTS[name]))),
    createRanker(undefined),
  ]
  const full = await trainTimed(input, budget(1 - PAST_SHARE))
  const world = createWorld(places, input.events, full.trained)

  const graph = buildGraph(input.events, placeIds)
  const context: FitContext = {
    dim,
    random: random.fork('baselines'),
    budgetSeconds: Math.min(budgetSeconds, BASELINE_SECONDS),
    ...(signal && { signal }),
  }
  const wanted = options.baselines.length > 0 ? options.baselines : BASELINE_NAMES
  const fits: readonly BaselineName[] = [...new Set<BaselineName>(['popularity', ...wanted])]
  const skipped = new Map<BaselineName, string>()
  const fitted: { readonly name: BaselineName; readonly rowOf: (userId: string) => Float32Array }[] = []
  progress.start('baselines', fits.length)
  for (const name of fits) {
    progress.update(fitted.length, name)
    const reason = BASELINES[name].limit(graph.weights)
    if (reason !== undefined) skipped.set(name, reason)
    else fitted.push({ name, rowOf: userRows(name, graph, context) })
  }
  progress.stop()

  const ruleNames = Object.keys(rules)
  const names = [...ruleNames, ...fitted.map(({ name }) => name)]
  const contest = new Contest(rankers.length + names.length)
  const reRanking = reRanked
    ? createReRanking({ ...dataset, positions: places.positions }, world, full.trained)
    : undefined
  const known: number[] = []
  const atHome: boolean[] = []
  let candidates = 0
  const asked = draw(countGoings(world, test, question), mostMoments, random.fork('moments'))
  const features = new Float32Array(world.size * WIDTH)
  const scores = new Float64Array(world.size)
  let moment = 0
  let rows: readonly Float32Array[] = []
  let home: number | undefined
  let user: string | undefined
  progress.start('rank', asked.size)
  forEachGoing(world, test, question, (going) => {
    if (!asked.has(moment++)) return
    signal?.throwIfAborted()
    const { userId, person, target, at } = going
    if (userId !== user) {
      user = userId
      rows = fitted.map(({ rowOf }) => rowOf(userId))
      home = homeOf(world, world.visitsOf.get(userId) ?? [])
    }
    const among = question.candidates(world, going)
    const index = among.indexOf(target)
    let contender = 0
    const enter = (score: (place: number, row: number) => number) => {
      for (let row = 0; row < among.length; row++) scores[row] = score(among[row], row)
      contest.add(contender++, scores, among.length, index)
    }
    person.features(at, target, among, features)
    for (const ranker of rankers) enter((_, row) => ranker.utility(features, row * WIDTH))
    for (const rule of ruleNames) {
      enter((_, row) => rules[rule]((name) => features[row * WIDTH + FEATURE_NUMBERS[name]]))
    }
    for (const row of rows) enter((place) => row[place])
    reRanking?.add({ going, candidates: among, features, ranker: rankers[0] })
    known.push(new Set(person.visits.map(({ place }) => place)).size)
    atHome.push(home !== undefined && world.meters(home, target) <= HOME_METERS)
    candidates += among.length
    if (known.length % 256 === 0) progress.update(known.length)
  })
  progress.stop()

  const thinPlaces = known.toSorted((a, b) => a - b)[Math.floor((known.length - 1) / 3)] ?? 0
  const slice = (inSlice: (moment: number) => boolean): GoingSlice => {
    const all = contest.scores(inSlice)
    return {
      moments: known.filter((_, index) => inSlice(index)).length,
      ...all[0],
      baselines: Object.fromEntries(names.map((name, index) => [name, all[rankers.length + index]])),
    }
  }
  const whole = contest.scores()
  const baselines = slice(() => true).baselines
  const [best] = Object.entries(baselines).sort(([, a], [, b]) => b['recall@10'] - a['recall@10'])
  return {
    task,
    format,
    dim,
    threads,
    seed,
    seconds: (performance.now() - started) / 1000,
    ...resources(),
    ...whole[0],
    trainSeconds: first.trainSeconds + full.trainSeconds,
    places: world.size,
    moments: moment,
    asked: known.length,
    candidates: known.length === 0 ? 0 : candidates / known.length,
    baselines: {
      ...baselines,
      ...Object.fromEntries([...skipped].map(([name, reason]) => [name, { skipped: reason }])),
    },
    overBest: {
      baseline: best[0],
      ratio: best[1]['recall@10'] === 0 ? 0 : whole[0]['recall@10'] / best[1]['recall@10'],
    },
    without: Object.fromEntries(
      [...components, 'learning'].map((name, index) => [name, whole[index + 1]]),
    ) as Record<Component, PlaceScores>,
    slices: {
      thin: slice((index) => known[index] <= thinPlaces),
      rich: slice((index) => known[index] > thinPlaces),
      home: slice((index) => atHome[index]),
      away: slice((index) => !atHome[index]),
    },
    thinPlaces,
    ...(reRanking && { reRanked: reRanking.report() }),
    ranker: report,
  }
}

/** A baseline's scores of all places for a user; zeros for one that train does not have. */
function userRows(
  name: BaselineName,
  { userIds, weights }: InteractionGraph,
  context: FitContext,
): (userId: string) => Float32Array {
  const { scorer } = fitBaseline(BASELINES[name], weights, context)
  const kernels = createWasmKernels()
  const score = scorer.open(kernels)
  const index = new Map(userIds.map((id, row) => [id, row]))
  const row = kernels.floats(weights.columns)
  return (userId) => {
    const user = index.get(userId)
    if (user === undefined) row.fill(0)
    else score(Uint32Array.of(user), 0, weights.columns, row)
    return row
  }
}

function countGoings(world: World, test: Parameters<typeof forEachGoing>[1], question: Question): number {
  let count = 0
  forEachGoing(world, test, question, () => count++)
  return count
}

/** Numbers below `count`: all, or a draw of `most`. */
function draw(count: number, most: number, random: ReturnType<typeof createRandom>): ReadonlySet<number> {
  const all = Array.from({ length: count }, (_, index) => index)
  return new Set(count <= most ? all : random.shuffle(all).slice(0, most))
}

/** The visited place with the most visits within a kilometre of it. */
function homeOf(world: World, visits: readonly Visit[]): number | undefined {
  const counts = new Map<number, number>()
  for (const { place } of visits) counts.set(place, (counts.get(place) ?? 0) + 1)
  let home: number | undefined
  let most = 0
  for (const place of counts.keys()) {
    let around = 0
    for (const [other, count] of counts) if (world.meters(place, other) <= 1000) around += count
    if (around > most) [home, most] = [place, around]
  }
  return home
}
