// What the steps of re-ranking cost the area task: the ranker's lists, taken through the steps that the service takes them.
// Leaves the steps to recommend/re-rank/, counting to contest.ts.
//
// Check-ins hold no dislikes, so the steps for these have nothing to do. Every list that is asked for counts as shown: its
// first ten are impressions, and where the user went is the action. Each variant remembers what it showed itself.
import { EVENT_STRENGTHS } from '../../domain/event.ts'
import type { Place } from '../../domain/place.ts'
import type { Trained } from '../../graph/train.ts'
import type { Candidate } from '../../recommend/candidates/candidate.ts'
import { Feedback } from '../../recommend/feedback/index.ts'
import {
  HALF_CLOSENESS_METERS,
  UTILITY_OF_SCORE,
  type Features,
  type Ranked,
} from '../../recommend/ranking/rank.ts'
import { FEATURE_NAMES, WIDTH } from '../../recommend/ranking/features.ts'
import type { Ranker } from '../../recommend/ranking/ranker.ts'
import { pastOf } from '../../recommend/ranking/past.ts'
import { reRank } from '../../recommend/re-rank/index.ts'
import { STEP_NAMES, type StepName } from '../../recommend/re-rank/names.ts'
import { firstReach } from '../../recommend/context/reach.ts'
import type { ActedPlace, UserContext } from '../../recommend/context/user-context.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { Going } from '../ranker/fit.ts'
import type { World } from '../ranker/world.ts'
import { Contest, SHOWN, type PlaceScores } from './contest.ts'

/** The steps that have something to do without dislikes. */
const STEPS = STEP_NAMES.filter((name) => !['kin', 'company', 'keywords'].includes(name))

/** All steps, all but the two that explore (which cost today what they are to earn later), and each alone. */
const VARIANTS: Readonly<Record<string, ReadonlySet<StepName>>> = {
  all: new Set(STEPS),
  'all without exploration': new Set(STEPS.filter((name) => name !== 'cold-share' && name !== 'first-card')),
  ...Object.fromEntries(STEPS.map((name) => [name, new Set([name])])),
}

/** Someone asks from where they are if they were seen there within the hour, and for the area itself otherwise. */
const HERE_MS = 3_600_000
/** As far as the places lie that are asked about. */
const HERE_METERS = 2000

export interface AskedList {
  readonly going: Going
  readonly candidates: ArrayLike<number>
  /** `[candidates, WIDTH]` */
  readonly features: Float32Array
  readonly ranker: Ranker
}

export interface ReRankedScores extends PlaceScores {
  /** The share of recall@10 that is lost, below 0 where it is won. */
  readonly cost: number
}

export interface ReRankedReport {
  readonly variants: Readonly<Record<string, ReRankedScores>>
  /** Moments asked from where the user is, whose lists have rings; `ours` is the ranker alone. */
  readonly ringed: {
    readonly moments: number
    readonly ours: PlaceScores
    readonly variants: Readonly<Record<string, ReRankedScores>>
  }
}

export interface ReRanking {
  /** The list of the next moment; those of a user come in order of time. */
  add(list: AskedList): void
  report(): ReRankedReport
}

const FEATURE = Object.fromEntries(FEATURE_NAMES.map((name, index) => [name, index])) as Record<
  (typeof FEATURE_NAMES)[number],
  number
>

export function createReRanking(
  { placeIds, positions, categories, names }: Dataset & { readonly positions: Float64Array },
  world: World,
  { places: vectors, dim }: Pick<Trained, 'places' | 'dim'>,
): ReRanking {
  const places = placeIds.map((id, row): Place => ({
    id,
    // A place without a name is of no chain.
    name: names?.[row] || id,
    categories: categories?.[row] ?? [],
    lng: positions[2 * row],
    lat: positions[2 * row + 1],
    geohash: '',
    regions: [],
    spots: [],
  }))
  const vectorOf = (row: number) => vectors.subarray(row * dim, (row + 1) * dim)
  const variants = Object.values(VARIANTS).map((steps) => ({ steps, feedback: new Feedback() }))
  /** The ranker alone, then the variants. */
  const contest = new Contest(1 + variants.length)
  const ringed: boolean[] = []

  return { add, report }

  function add({ going, candidates, features, ranker }: AskedList): void {
    const { userId, person, target, at } = going
    const last = person.visits.at(-1)
    const here =
      last !== undefined &&
      at - last.at <= HERE_MS &&
      last.place !== target &&
      world.meters(last.place, target) <= HERE_METERS
        ? last.place
        : undefined
    const utilities = Float64Array.from(candidates, (_, row) => ranker.utility(features, row * WIDTH))
    const best = utilities.reduce((most, utility) => Math.max(most, utility), -Infinity)
    const ranked = Array.from(candidates, (row, index): Ranked => {
      const feature = (name: (typeof FEATURE_NAMES)[number]) => features[index * WIDTH + FEATURE[name]]
      const place = places[row]
      const meters = here === undefined ? undefined : world.meters(here, row)
      const scores: Candidate['scores'] = {
        popular: feature('visits'),
        taste: feature('taste'),
        ...(meters !== undefined && { nearest: -meters }),
        ...(feature('lastList') > 0 && { 'click-to-click': feature('lastList') }),
      }
      return {
        candidate: { id: place.id, scores },
        place,
        vector: vectorOf(row),
        actions: world.visits[row],
        features: {
          ...NO_FEATURES,
          taste: Math.max(0, feature('taste')),
          closeness: meters === undefined ? 0 : 1 / (1 + meters / HALF_CLOSENESS_METERS),
        },
        score: 1 + (utilities[index] - best) / UTILITY_OF_SCORE,
        ...(meters !== undefined && { distanceMeters: meters }),
      }
    }).sort((a, b) => b.score - a.score || (a.place.id < b.place.id ? -1 : 1))
    const reach =
      here === undefined
        ? undefined
        : firstReach(
            ranked.map(({ candidate }) => candidate).sort((a, b) => b.scores.nearest! - a.scores.nearest!),
          )
    const user = contextOf(going)
    const number = new Map(Array.from(candidates, (row, index) => [placeIds[row], index]))
    const targetIndex = number.get(placeIds[target])!
    contest.add(0, utilities, utilities.length, targetIndex)
    const recommendationId = `${ringed.length}`
    ringed.push(reach !== undefined)
    variants.forEach(({ steps, feedback }, variant) => {
      const list = reRank(
        ranked,
        {
          user,
          userId,
          dislikedVectors: [],
          dislikedTags: [],
          likedTags: [],
          feedback,
          now: at,
          firstRingMeters: reach?.radiusMeters,
          seed: `${userId} nearby ${Math.floor(at / 3_600_000)}`,
        },
        { steps, shown: SHOWN },
      )
      list.slice(0, SHOWN).forEach(({ place, choice, propensity }, position) =>
        feedback.add({
          id: `${recommendationId} ${position}`,
          type: 'impression',
          userId,
          placeId: place.id,
          at,
          recommendationId,
          position,
          ...(choice && { choice }),
          ...(propensity !== undefined && { propensity }),
        }),
      )
      feedback.add({
        id: recommendationId,
        type: 'visit',
        userId,
        placeId: placeIds[target],
        at,
        recommendationId,
      })
      const scores = new Float64Array(list.length)
      list.forEach(({ place }, position) => (scores[number.get(place.id)!] = -position))
      contest.add(1 + variant, scores, scores.length, targetIndex)
    })
  }

  function report(): ReRankedReport {
    const scoresOf = ([ours, ...others]: readonly PlaceScores[]) =>
      Object.fromEntries(
        Object.keys(VARIANTS).map((name, variant) => {
          const of = others[variant]
          const cost = ours['recall@10'] === 0 ? 0 : 1 - of['recall@10'] / ours['recall@10']
          return [name, { ...of, cost }]
        }),
      )
    const withRings = contest.scores((moment) => ringed[moment])
    return {
      variants: scoresOf(contest.scores()),
      ringed: {
        moments: ringed.filter(Boolean).length,
        ours: withRings[0],
        variants: scoresOf(withRings),
      },
    }
  }

  function contextOf({ person }: Going): UserContext {
    const acted = new Map<string, ActedPlace>()
    const shares = new Map<string, number>()
    for (const { place, at } of person.visits.toReversed()) {
      const id = placeIds[place]
      if (!acted.has(id)) {
        const strength = EVENT_STRENGTHS.visit
        acted.set(id, { placeId: id, type: 'visit', at, strength, vector: vectorOf(place) })
      }
      for (const code of categories?.[place] ?? []) {
        shares.set(code, (shares.get(code) ?? 0) + 1 / person.visits.length)
      }
    }
    return {
      vector: person.vector(),
      acted: [...acted.values()],
      dislikes: new Set(),
      categoryShares: shares,
      // No step looks at these.
      past: pastOf([]),
      queries: [],
    }
  }
}

const NO_FEATURES: Features = {
  popularity: 0,
  popularNow: 0,
  taste: 0,
  similar: 0,
  together: 0,
  kind: 0,
  text: 0,
  coverage: 0,
  named: 0,
  met: 0,
  closeness: 0,
  afterSearch: 0,
  rating: 0,
}
