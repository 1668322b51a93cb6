// The tours task: given the first and the last place of a tour and its length, which places lie between, in which order?
// Leave one out: nothing of a tour is in what recommends it. Leaves the models to tours/. The protocol is in docs/evaluate.md.
import { DongneError } from '../../errors.ts'
import { createRandom } from '../../math/random.ts'
import { readTours, type Tour, type ToursDataset } from '../datasets/tours.ts'
import type { EvaluateOptions } from './options.ts'
import { resources, type Resources } from './report.ts'
import { bestFirst, fitPinSage, randomScores } from './tours/baselines.ts'
import { tourFeatures, type TourFeatures, type TourQuery } from './tours/features.ts'
import { pairsF1, placesF1, type TourScores } from './tours/measures.ts'
import { TourStatistics } from './tours/statistics.ts'
import { fitTourModels, queryOf, recommendTour, type TourModel, type TourPart } from './tours/tour-model.ts'

/** Weights are fitted this many times, each without the tours of one part; statistics leave out one tour at a time. */
const FOLDS = 20
const RESAMPLES = 1000
const LENGTHS = [
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 7],
  [8, Infinity],
] as const

/** 95 % bootstrap intervals over tours. */
type TourIntervals = Readonly<Record<keyof TourScores, readonly [low: number, high: number]>>

export interface RivalScores extends TourScores {
  /** Of how far ours is ahead of it, tour by tour. */
  readonly ahead: TourIntervals
}

export interface ToursReport extends TourScores, Resources {
  readonly task: 'tours'
  readonly format: 'tours'
  readonly threads: 1
  readonly seed: number
  /** Of the PinSage-style vectors. */
  readonly dim: number
  readonly places: number
  /** Tours that were asked: three places and more, no way back, first and last place known from other tours. */
  readonly trajectories: number
  /** All tours of the files; those that were not asked count in the statistics. */
  readonly allTrajectories: number
  readonly seconds: number
  readonly intervals: TourIntervals
  readonly slices: readonly (TourScores & { readonly length: string; readonly trajectories: number })[]
  readonly baselines: {
    /** The places that most users visit, most first. */
    readonly popularity: RivalScores
    /** The least detours, least first. */
    readonly detour: RivalScores
    /** The places most like the two ends, the likest first; absent where other baselines are named. */
    readonly pinsage?: RivalScores
    /** Expected, of a uniform draw. */
    readonly random: RivalScores
  }
  /** Fitted anew without a part of what is known. */
  readonly without: Readonly<Record<TourPart, RivalScores>>
}

/** Throws invalid-dataset. */
export async function evaluateTours(options: EvaluateOptions, started: number): Promise<ToursReport> {
  const { folder, dim, seed, baselines, budgetSeconds, progress, signal } = options
  const dataset = await readTours(folder)
  const asked = askedTours(dataset)
  if (asked.length < FOLDS) {
    throw new DongneError(
      'invalid-dataset',
      `${folder} has ${asked.length} tours of three places and more whose ends other tours know; ${FOLDS} are needed.`,
    )
  }
  const parts = [undefined, 'popularity', 'transitions', 'geography', 'category', 'order'] as const
  progress.start('tours', FOLDS)
  const models: Map<TourPart | undefined, TourModel>[] = []
  const pinSages: ReturnType<typeof fitPinSage>[] = []
  const context = {
    dim,
    random: createRandom(seed).fork('baselines'),
    budgetSeconds,
    ...(signal && { signal }),
  }
  for (let fold = 0; fold < FOLDS; fold++) {
    signal?.throwIfAborted()
    const held = new Set(asked.filter((_, index) => index % FOLDS === fold))
    const others = dataset.tours.filter((tour) => !held.has(tour))
    models.push(fitTourModels(dataset.places, others, parts))
    if (baselines.length === 0 || baselines.includes('pinsage')) {
      pinSages.push(fitPinSage(dataset.places, others, context))
    }
    progress.update(fold + 1)
  }
  progress.stop()
  const scoreParts = (part: TourPart | undefined) =>
    scoreEach(dataset, asked, ({ features, query, fold }) =>
      recommendTour(models[fold].get(part)!, features, query),
    )
  const scores = scoreParts(undefined)
  const compare = (rival: readonly TourScores[]): RivalScores => ({
    ...mean(rival),
    ahead: intervals(
      scores.map(({ f1, pairsF1: pairs }, index) => ({
        f1: f1 - rival[index].f1,
        pairsF1: pairs - rival[index].pairsF1,
      })),
      seed,
    ),
  })
  const ranked = (worth: (question: TourQuestion, place: number) => number) =>
    compare(
      scoreEach(dataset, asked, (question) =>
        bestFirst(question.features, question.query, (place) => worth(question, place)),
      ),
    )
  const visited = new Set(dataset.tours.flatMap(({ places }) => places)).size
  return {
    task: 'tours',
    format: 'tours',
    threads: 1,
    seed,
    dim,
    places: dataset.places.length,
    trajectories: asked.length,
    allTrajectories: dataset.tours.length,
    ...mean(scores),
    intervals: intervals(scores, seed),
    slices: LENGTHS.flatMap(([from, to]) => {
      const of = scores.filter((_, index) => {
        const { length } = asked[index].places
        return length >= from && length <= to
      })
      if (of.length === 0) return []
      const length = to === Infinity ? `≥${from}` : from === to ? `${from}` : `${from}-${to}`
      return [{ length, trajectories: of.length, ...mean(of) }]
    }),
    baselines: {
      popularity: ranked(({ statistics }, place) => statistics.popularity(place)),
      detour: ranked(({ features, query }, place) => -features.detourKm(query, place)),
      ...(pinSages.length > 0 && {
        pinsage: ranked(({ query, fold }, place) => pinSages[fold](query, place)),
      }),
      random: compare(asked.map(({ places }) => randomScores(places.length, visited))),
    },
    without: Object.fromEntries(
      parts.slice(1).map((part) => [part, compare(scoreParts(part))]),
    ) as ToursReport['without'],
    seconds: (performance.now() - started) / 1000,
    ...resources(),
  }
}

function askedTours({ places, tours }: ToursDataset): readonly Tour[] {
  const counts = new Uint32Array(places.length)
  for (const tour of tours) for (const place of tour.places) counts[place]++
  return tours.filter(
    ({ places: stops, loop }) =>
      stops.length >= 3 && !loop && counts[stops[0]] > 1 && counts[stops.at(-1)!] > 1,
  )
}

interface TourQuestion {
  readonly query: TourQuery
  /** Of the tours of this part nothing is in the fitted weights. */
  readonly fold: number
  /** Of all tours but the asked one. */
  readonly statistics: TourStatistics
  readonly features: TourFeatures
}

/** What each tour gets from the statistics of all others, in step with `asked`. */
function scoreEach(
  { places, tours }: Pick<ToursDataset, 'places' | 'tours'>,
  asked: readonly Tour[],
  recommend: (question: TourQuestion) => number[],
): TourScores[] {
  const statistics = new TourStatistics(places.length, tours)
  const features = tourFeatures(places, statistics)
  return asked.map((tour, index) => {
    const question = { query: queryOf(tour), fold: index % FOLDS, statistics, features }
    const found = statistics.without(tour, () => recommend(question))
    return { f1: placesF1(tour.places, found), pairsF1: pairsF1(tour.places, found) }
  })
}

function mean(scores: readonly TourScores[]): TourScores {
  const of = (key: keyof TourScores) => scores.reduce((sum, score) => sum + score[key], 0) / scores.length
  return { f1: of('f1'), pairsF1: of('pairsF1') }
}

function intervals(scores: readonly TourScores[], seed: number): TourIntervals {
  const random = createRandom(seed).fork('bootstrap')
  const means = Array.from({ length: RESAMPLES }, () => mean(scores.map(() => random.pick(scores))))
  const interval = (key: keyof TourScores) => {
    const sorted = means.map((score) => score[key]).sort((a, b) => a - b)
    return [sorted[Math.floor(0.025 * RESAMPLES)], sorted[Math.ceil(0.975 * RESAMPLES) - 1]] as const
  }
  return { f1: interval('f1'), pairsF1: interval('pairsF1') }
}
