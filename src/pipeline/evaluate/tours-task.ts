// The tours task: given the first and the last place of a tour and its length, which places lie between, in which order?
// Leave one out: nothing of a tour is in what recommends it. Leaves the models to tours/. The protocol is in docs/evaluate.md.
import { DongneError } from '../../errors.ts'
import { createRandom } from '../../math/random.ts'
import { readTours, type Tour, type ToursDataset } from '../datasets/tours.ts'
import type { EvaluateOptions } from './options.ts'
import { resources, type Resources } from './report.ts'
import { tourFeatures, type TourFeatures, type TourQuery } from './tours/features.ts'
import { pairsF1, placesF1 } from './tours/measures.ts'
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

export interface TourScores {
  readonly f1: number
  readonly pairsF1: number
}

export interface ToursReport extends TourScores, Resources {
  readonly task: 'tours'
  readonly format: 'tours'
  readonly threads: 1
  readonly seed: number
  readonly places: number
  /** Tours that were asked: three places and more, no way back, first and last place known from other tours. */
  readonly trajectories: number
  /** All tours of the files; those that were not asked count in the statistics. */
  readonly allTrajectories: number
  readonly seconds: number
  /** 95 % bootstrap intervals over tours. */
  readonly intervals: Readonly<Record<keyof TourScores, readonly [low: number, high: number]>>
  readonly slices: readonly (TourScores & { readonly length: string; readonly trajectories: number })[]
  readonly baselines: {
    /** The places that most users visit, most first. */
    readonly popularity: TourScores
    /** The least detours, least first. */
    readonly detour: TourScores
    /** Expected, of a uniform draw. */
    readonly random: TourScores
  }
  /** Fitted anew without a part of what is known. */
  readonly without: Readonly<Record<TourPart, TourScores>>
}

/** Throws invalid-dataset. */
export async function evaluateTours(options: EvaluateOptions, started: number): Promise<ToursReport> {
  const { folder, seed, progress, signal } = options
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
  for (let fold = 0; fold < FOLDS; fold++) {
    signal?.throwIfAborted()
    const held = new Set(asked.filter((_, index) => index % FOLDS === fold))
    const others = dataset.tours.filter((tour) => !held.has(tour))
    models.push(fitTourModels(dataset.places, others, parts))
    progress.update(fold + 1)
  }
  progress.stop()
  const scoresWithout = (part: TourPart | undefined) =>
    scoreEach(dataset, asked, (features, query, index) =>
      recommendTour(models[index % FOLDS].get(part)!, features, query),
    )
  const scores = scoresWithout(undefined)
  const without = Object.fromEntries(parts.slice(1).map((part) => [part, mean(scoresWithout(part))]))
  return {
    task: 'tours',
    format: 'tours',
    threads: 1,
    seed,
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
    baselines: scoreBaselines(dataset, asked),
    without: without as ToursReport['without'],
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

function scoreBaselines(dataset: Pick<ToursDataset, 'places' | 'tours'>, asked: readonly Tour[]) {
  const ranked = (
    worth: (
      features: TourFeatures,
      statistics: TourStatistics,
      query: TourQuery,
    ) => (place: number) => number,
  ) =>
    mean(
      scoreEach(dataset, asked, (features, query, _, statistics) => {
        const of = worth(features, statistics, query)
        const middle = features
          .candidates(query)
          .map((place) => ({ place, score: of(place) }))
          .sort((a, b) => b.score - a.score || a.place - b.place)
        return [query.first, ...middle.slice(0, query.length - 2).map(({ place }) => place), query.last]
      }),
    )
  const visited = new Set(dataset.tours.flatMap(({ places }) => places)).size
  return {
    popularity: ranked((_, statistics) => (place) => statistics.popularity(place)),
    detour: ranked((features, _, query) => (place) => -features.detourKm(query, place)),
    random: mean(asked.map(({ places }) => randomScores(places.length, visited))),
  }
}

/** What each tour gets from the statistics of all others, in step with `asked`. */
function scoreEach(
  { places, tours }: Pick<ToursDataset, 'places' | 'tours'>,
  asked: readonly Tour[],
  recommend: (
    features: TourFeatures,
    query: TourQuery,
    index: number,
    statistics: TourStatistics,
  ) => number[],
): TourScores[] {
  const statistics = new TourStatistics(places.length, tours)
  const features = tourFeatures(places, statistics)
  return asked.map((tour, index) => {
    const found = statistics.without(tour, () => recommend(features, queryOf(tour), index, statistics))
    return { f1: placesF1(tour.places, found), pairsF1: pairsF1(tour.places, found) }
  })
}

/** Expected scores of n − 2 different places drawn between the given ends out of `places`. */
function randomScores(length: number, places: number): TourScores {
  const between = length - 2
  const others = places - 2
  const right = between ** 2 / others
  // Both of a pair of the draw are right, and half of these in order.
  const both = (between * (between - 1) * (between * (between - 1))) / (others * (others - 1)) / 4 || 0
  return { f1: (2 + right) / length, pairsF1: (1 + 2 * right + both) / ((length * (length - 1)) / 2) }
}

function mean(scores: readonly TourScores[]): TourScores {
  const of = (key: keyof TourScores) => scores.reduce((sum, score) => sum + score[key], 0) / scores.length
  return { f1: of('f1'), pairsF1: of('pairsF1') }
}

function intervals(scores: readonly TourScores[], seed: number): ToursReport['intervals'] {
  const random = createRandom(seed).fork('bootstrap')
  const means = Array.from({ length: RESAMPLES }, () => mean(scores.map(() => random.pick(scores))))
  const interval = (key: keyof TourScores) => {
    const sorted = means.map((score) => score[key]).sort((a, b) => a - b)
    return [sorted[Math.floor(0.025 * RESAMPLES)], sorted[Math.ceil(0.975 * RESAMPLES) - 1]] as const
  }
  return { f1: interval('f1'), pairsF1: interval('pairsF1') }
}
