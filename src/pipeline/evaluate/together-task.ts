// The together task: from one place of an outing to the next; is it among what the service shows together with the first?
// Leaves the score to recommend/candidates/together.ts, counting to contest.ts. The protocol is in docs/evaluate.md.
import { pinSagePlaces } from '../../graph/baselines/pinsage.ts'
import { buildGraph } from '../../graph/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { CITY_METERS } from '../../recommend/live/movements.ts'
import {
  companionsOf,
  nearness,
  TOGETHER_WEIGHTS,
  type TogetherWeights,
} from '../../recommend/candidates/together.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { EvaluationFormat } from '../datasets/formats.ts'
import { forEachGoing, NEXT_IN_OUTING } from '../ranker/fit.ts'
import { createWorld } from '../ranker/world.ts'
import { Contest, type PlaceScores } from './contest.ts'
import type { EvaluateOptions } from './options.ts'
import { resources, type Resources } from './report.ts'
import { cityOf, trainInput } from './train-input.ts'
import { trainTimed } from './training.ts'

const BASELINES = ['similar', 'item-knn', 'pinsage', 'went-next', 'popularity', 'nearest'] as const
type Baseline = (typeof BASELINES)[number]

const WITHOUT = {
  before: { ...TOGETHER_WEIGHTS, before: 0 },
  lists: { ...TOGETHER_WEIGHTS, list: 0 },
  outings: { ...TOGETHER_WEIGHTS, visit: 0 },
  nearness: { ...TOGETHER_WEIGHTS, near: 0 },
} as const satisfies Record<string, TogetherWeights>
type Component = keyof typeof WITHOUT

export interface TogetherReport extends PlaceScores, Resources {
  readonly task: 'together'
  readonly format: EvaluationFormat
  readonly dim: number
  readonly threads: number
  readonly seed: number
  readonly seconds: number
  readonly trainSeconds: number
  readonly places: number
  /** Steps of outings in test, and those asked: a seeded draw where there are more than 5,000. */
  readonly moments: number
  readonly asked: number
  readonly candidates: number
  readonly baselines: Readonly<Record<Baseline, PlaceScores>>
  readonly without: Readonly<Record<Component, PlaceScores>>
  /** Steps that somebody took in train, and steps that nobody did. */
  readonly slices: Readonly<
    Record<
      'taken' | 'untaken',
      PlaceScores & { readonly moments: number; readonly baselines: Readonly<Record<Baseline, PlaceScores>> }
    >
  >
}

/** The standard error of a recall is .007 there. */
const MOST_MOMENTS = 5000

/** Throws invalid-dataset where check-ins have no times or places no positions. */
export async function evaluateTogether(
  dataset: Dataset,
  options: EvaluateOptions,
  started: number,
): Promise<TogetherReport> {
  const { format, dim, seed, threads, folder, progress, signal } = options
  const { placeIds } = dataset
  const { places, test } = cityOf(dataset, folder)
  const input = await trainInput(dataset)
  const { trained, trainSeconds } = await trainTimed(input, options)
  const world = createWorld(places, input.events, trained)
  const pinSage = pinSagePlaces(buildGraph(input.events, placeIds).weights, {
    dim,
    random: createRandom(seed).fork('baselines'),
    budgetSeconds: options.budgetSeconds,
    ...(signal && { signal }),
  })
  const { lists } = world
  const sources = {
    visits: world.outings,
    *list(placeId: string) {
      const place = world.index(placeId)!
      for (let e = lists.starts[place]; e < lists.starts[place + 1]; e++) {
        yield [placeIds[lists.indices[e]], lists.values[e]] as const
      }
    },
  }
  const steps: { readonly from: number; readonly to: number }[] = []
  forEachGoing(world, test, NEXT_IN_OUTING, ({ person, target }) =>
    steps.push({ from: person.visits.at(-1)!.place, to: target }),
  )
  const asked = createRandom(seed)
    .fork('steps')
    .shuffle([...steps])
    .slice(0, MOST_MOMENTS)
  const components = Object.keys(WITHOUT) as Component[]
  const contest = new Contest(1 + components.length + BASELINES.length)
  const taken: boolean[] = []
  let candidates = 0
  const scores = new Float64Array(world.size)
  progress.start('rank', asked.length)
  for (const { from, to } of asked) {
    signal?.throwIfAborted()
    const among = world.around(from, CITY_METERS, 'any-region').filter((place) => place !== from)
    const target = among.indexOf(to)
    const id = placeIds[from]
    let contender = 0
    const enter = (score: (place: number) => number) => {
      for (let row = 0; row < among.length; row++) scores[row] = score(among[row])
      contest.add(contender++, scores, among.length, target)
    }
    for (const weights of [TOGETHER_WEIGHTS, ...components.map((name) => WITHOUT[name])]) {
      const companions = companionsOf(sources, id, weights)
      const nearnessOf = nearness(sources, id, weights)
      enter((place) => (companions.get(placeIds[place])?.score ?? 0) + nearnessOf(world.meters(from, place)))
    }
    const list = new Map(sources.list(id))
    const next = world.outings.next(id)
    const ofPlace: Readonly<Record<Baseline, (place: number) => number>> = {
      // The last number is the bias, which `similar` leaves out.
      similar: (place) => cosine(trained.places, dim, dim - 1, from, place),
      pinsage: (place) => cosine(pinSage, dim, dim, from, place),
      'item-knn': (place) => list.get(placeIds[place]) ?? 0,
      'went-next': (place) => next.get(placeIds[place]) ?? 0,
      popularity: (place) => world.users[place],
      nearest: (place) => -world.meters(from, place),
    }
    for (const name of BASELINES) enter(ofPlace[name])
    taken.push(next.has(placeIds[to]))
    candidates += among.length
    if (taken.length % 256 === 0) progress.update(taken.length)
  }
  progress.stop()

  const baselinesOf = (all: readonly PlaceScores[]) =>
    Object.fromEntries(BASELINES.map((name, index) => [name, all[1 + components.length + index]])) as Record<
      Baseline,
      PlaceScores
    >
  const slice = (isIn: (moment: number) => boolean) => {
    const all = contest.scores(isIn)
    return {
      moments: taken.filter((_, moment) => isIn(moment)).length,
      ...all[0],
      baselines: baselinesOf(all),
    }
  }
  const whole = contest.scores()
  return {
    task: 'together',
    format,
    dim,
    threads,
    seed,
    seconds: (performance.now() - started) / 1000,
    ...resources(),
    ...whole[0],
    trainSeconds,
    places: world.size,
    moments: steps.length,
    asked: asked.length,
    candidates: asked.length === 0 ? 0 : candidates / asked.length,
    baselines: baselinesOf(whole),
    without: Object.fromEntries(components.map((name, index) => [name, whole[1 + index]])) as Record<
      Component,
      PlaceScores
    >,
    slices: { taken: slice((moment) => taken[moment]), untaken: slice((moment) => !taken[moment]) },
  }
}

/** Cosine of two places by the first `dim` numbers of their rows of `width`. */
function cosine(vectors: Float32Array, width: number, dim: number, a: number, b: number): number {
  let sum = 0
  for (let k = 0; k < dim; k++) sum += vectors[a * width + k] * vectors[b * width + k]
  return sum
}
