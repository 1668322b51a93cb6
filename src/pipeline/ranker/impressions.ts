// Learns the ranker from lists that users were shown: what they chose among what stood there, by inverse propensity.
// Leaves the log to logged-lists.ts, the curve of looks to examination.ts, choices among all that was around to fit.ts.
//
// Who clicks has looked, and people look at what stands above; so a click counts 1 / P(it was shown there and looked at)
// (Joachims, Swaminathan, Schnabel: Unbiased learning-to-rank with biased feedback, WSDM 2017, section 4), in the softmax
// loss over its list (Ai et al.: Unbiased learning to rank with unbiased propensity estimation, SIGIR 2018, section 4), and
// at most MAX_WEIGHT: a rare click far down would otherwise decide alone.
import type { Random } from '../../math/random.ts'
import { fitConditionalLogit, type Choices } from '../../math/conditional-logit.ts'
import type { ImpressionReport, RankerReport } from '../../graph/model.ts'
import { CHOSEN_STRENGTH } from '../../recommend/live/movements.ts'
import { FEATURE_NAMES, WIDTH } from '../../recommend/ranking/features.ts'
import { rankerWeights } from '../../recommend/ranking/ranker.ts'
import { examination, POSITIONS } from './examination.ts'
import { collectChoices, fitRanker, type TimeSplit } from './fit.ts'
import type { LoggedList, ShownPlace } from './logged-lists.ts'
import type { Visit, World } from './world.ts'

/** Ten clicks of the first position; that is a propensity of .1, below what the tenth position of a list has. */
export const MAX_WEIGHT = 10
/**
 * Effective clicks, (Σ w)² / Σ w² (Kish, Survey Sampling, 1965), that are enough: some seventeen for each weight of the ranker,
 * of which choices hold those that lists say little of.
 */
export const ENOUGH_CLICKS = 500
/** Share of the lists, the latest, that are not learnt from: they say whether what was learnt is better than what was known. */
const HELD_OUT = 0.2
/**
 * What choices among all that was around count beside clicks on lists, which hold only what the ranker of then put first: a
 * linear fit to those says anything of the rest. True-taste nDCG around home in the demo city, two seeds, lists by
 * popularity: .280 and .293 without, .487 and .439 at a tenth, .494 and .445 at a quarter, .457 and .421 at a half.
 */
const CHOICES_SHARE = 0.25

/** A list with what was known as of just before it. */
interface Row {
  readonly at: number
  /** `[shown, WIDTH]` */
  readonly features: Float32Array
  /** `[shown]` of what was chosen the weight 1 / propensity, else 0. */
  readonly weights: Float64Array
}

/** What lists teach: weights and what they rest on; undefined where there are too few clicks. */
export interface FromImpressions {
  readonly report: ImpressionReport
  /** Better on the lists held out than what was known. */
  readonly ranker: RankerReport | undefined
}

interface Options {
  /** Every click counts alike, as if all positions were looked at: for comparison. */
  readonly unweighted?: boolean
}

/**
 * Undefined where there are too few clicks. Nothing of the time of the last fifth of the lists is learnt from; there the
 * result has to beat the ranker of the other choices (the default weights, where those are few), which the fit starts from.
 * @param world of `before`: it must not know the answers of the lists that are learnt from
 */
export function learnFromImpressions(
  world: World,
  { before: past, late }: TimeSplit,
  lists: readonly LoggedList[],
  random: Random,
  { unweighted = false }: Options = {},
): FromImpressions | undefined {
  const told = unknownTo(past, lists)
  const cut = told[Math.floor((1 - HELD_OUT) * told.length)]?.at ?? 0
  const curve = examination(told.filter(({ at }) => at < cut))
  const weigh = ({ position, propensity }: ShownPlace) =>
    Math.min(MAX_WEIGHT, 1 / (curve[Math.min(position, POSITIONS - 1)] * propensity))
  const rows = collectRows(world, late, told, unweighted ? () => 1 : weigh)
  const early = rows.filter(({ at }) => at < cut)
  const held = rows.filter(({ at }) => at >= cut)
  const clicks = early.flatMap(({ weights }) => [...weights].filter((weight) => weight > 0))
  const effectiveClicks = effectiveSize(clicks)
  if (effectiveClicks < ENOUGH_CLICKS) return undefined
  const choices = collectChoices(world, unprompted(late, lists, cut), random)
  const before = rankerWeights(fitRanker(choices))
  // Counts add up to what the clicks are worth, or standard errors would be too small.
  const chosen = choicesOf(early, effectiveClicks / total(clicks))
  const fitted = joined(chosen, choices, CHOICES_SHARE)
  const { weights, standardErrors, logLikelihood } = fitConditionalLogit(fitted, new Set(), before)
  const heldOut = {
    lists: held.length,
    learnt: listQuality(held, weights),
    before: listQuality(held, before),
  }
  const isBetter = heldOut.learnt > heldOut.before
  const report: ImpressionReport = {
    lists: early.length,
    clicks: clicks.length,
    effectiveClicks,
    examination: [...curve.subarray(0, 10)],
    heldOut,
    used: isBetter,
  }
  if (!isBetter) return { report, ranker: undefined }
  const named = FEATURE_NAMES.map((name, f) => {
    return [name, { weight: weights[f], standardError: standardErrors[f] }] as const
  })
  return {
    report,
    ranker: {
      choices: clicks.length,
      logLikelihood,
      guess: guessOf(fitted),
      impressions: report,
      weights: Object.fromEntries(named),
    },
  }
}

/** Mean ln probability of what was chosen, for who knows nothing. */
function guessOf({ sizes, counts }: Choices): number {
  const sum = sizes.reduce((all, size, group) => all + counts![group] * Math.log(size), 0)
  return -sum / total(counts!)
}

function total(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** How many clicks of equal weight say as much. */
function effectiveSize(weights: readonly number[]): number {
  const squares = total(weights.map((weight) => weight ** 2))
  return squares === 0 ? 0 : total(weights) ** 2 / squares
}

/** Lists that come after all that is known of their user; of users of whom something is. */
function unknownTo(past: TimeSplit['before'], lists: readonly LoggedList[]): LoggedList[] {
  const until = new Map<string, number>()
  for (const { userId, at } of past) until.set(userId, Math.max(at, until.get(userId) ?? -Infinity))
  return lists.filter(({ userId, at }) => at >= (until.get(userId) ?? Infinity))
}

/** Choices before a time that were not made on a list: those on lists are weighed by their position instead. */
function unprompted(
  late: TimeSplit['late'],
  lists: readonly LoggedList[],
  until: number,
): TimeSplit['late'][number][] {
  const keyOf = (userId: string, placeId: string, at: number) => `${userId}\n${placeId}\n${at}`
  const prompted = new Set(
    lists.flatMap(({ userId, actions }) => actions.map(({ placeId, at }) => keyOf(userId, placeId, at))),
  )
  return late.filter(({ userId, placeId, at }) => at < until && !prompted.has(keyOf(userId, placeId, at)))
}

/** User by user, in order of time: a list's features know what its user did before it. */
function collectRows(
  world: World,
  late: TimeSplit['late'],
  lists: readonly LoggedList[],
  weigh: (shown: ShownPlace) => number,
): Row[] {
  const visits = Map.groupBy(
    late.filter(({ strength }) => strength >= CHOSEN_STRENGTH),
    ({ userId }) => userId,
  )
  const rows: Row[] = []
  for (const [userId, own] of Map.groupBy(lists, (list) => list.userId)) {
    const person = world.open(world.visitsOf.get(userId) ?? [])
    const next: Visit[] = (visits.get(userId) ?? [])
      .flatMap(({ placeId, at }) => {
        const place = world.index(placeId)
        return place === undefined ? [] : [{ place, at }]
      })
      .sort((a, b) => a.at - b.at)
    let done = 0
    for (const { at, shown } of own) {
      for (; done < next.length && next[done].at < at; done++) person.add(next[done])
      const known = shown.flatMap((entry) => {
        const place = world.index(entry.placeId)
        return place === undefined ? [] : [{ place, weight: entry.chosen ? weigh(entry) : 0 }]
      })
      if (known.length < 2 || known.every(({ weight }) => weight === 0)) continue
      const features = new Float32Array(known.length * WIDTH)
      const places = known.map(({ place }) => place)
      person.features(at, places[0], places, features)
      const weights = Float64Array.from(known, ({ weight }) => weight)
      rows.push({ at, features, weights })
    }
  }
  return rows
}

/** A group for each click: the place, then the rest of its list. @param scale so that counts add up to the effective clicks */
function choicesOf(lists: readonly Row[], scale: number): Choices {
  const groups: Float32Array[] = []
  const counts: number[] = []
  for (const { features, weights } of lists) {
    weights.forEach((weight, chosen) => {
      if (weight === 0) return
      const group = new Float32Array(features.length)
      group.set(features.subarray(chosen * WIDTH, (chosen + 1) * WIDTH))
      group.set(features.subarray(0, chosen * WIDTH), WIDTH)
      group.set(features.subarray((chosen + 1) * WIDTH), (chosen + 1) * WIDTH)
      groups.push(group)
      counts.push(weight * scale)
    })
  }
  const rows = new Float32Array(groups.reduce((sum, group) => sum + group.length, 0))
  let at = 0
  for (const group of groups) {
    rows.set(group, at)
    at += group.length
  }
  return {
    width: WIDTH,
    rows,
    sizes: Uint32Array.from(groups, (group) => group.length / WIDTH),
    counts: Float64Array.from(counts),
  }
}

/** Both, where all of `others` count `share` times what all of `clicks` do. */
function joined(clicks: Choices, others: Choices, share: number): Choices {
  const rows = new Float32Array(clicks.rows.length + others.rows.length)
  rows.set(clicks.rows)
  rows.set(others.rows, clicks.rows.length)
  const groups = others.sizes.length
  const count = (share * total(clicks.counts!)) / groups
  return {
    width: clicks.width,
    rows,
    sizes: Uint32Array.from([...clicks.sizes, ...others.sizes]),
    counts: Float64Array.from([...clicks.counts!, ...Array.from({ length: groups }, () => count)]),
  }
}

/** Mean discounted rank of what was chosen, each by its inverse propensity (Joachims et al., with DCG's discount). */
function listQuality(lists: readonly Row[], by: ArrayLike<number>): number {
  let gain = 0
  let mass = 0
  for (const { features, weights } of lists) {
    const scores = weights.map((_, row) => {
      let score = 0
      for (let f = 0; f < WIDTH; f++) score += by[f] * features[row * WIDTH + f]
      return score
    })
    weights.forEach((weight, row) => {
      if (weight === 0) return
      const above = scores.reduce((count, score) => count + (score > scores[row] ? 1 : 0), 0)
      gain += weight / Math.log2(above + 2)
      mass += weight
    })
  }
  return mass === 0 ? 0 : gain / mass
}
