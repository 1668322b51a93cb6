// What the ranker says of candidates: their evidence from the live state, weighed. Leaves features to features.ts.
import type { LngLat } from '../../domain/position.ts'
import { likenesses, type Model } from '../../graph/model.ts'
import type { PlaceActivity } from '../live/activity.ts'
import type { KnownPlace } from '../live/known-place.ts'
import type { Live } from '../live/live.ts'
import type { SlotOf } from '../context/local-slots.ts'
import type { UserContext } from '../context/user-context.ts'
import { usualArea } from './habits.ts'
import { createFeatures, meanRating, WIDTH, type Moment } from './features.ts'
import { solarHour } from './kinds.ts'
import { createRanker } from './ranker.ts'

interface Asked {
  readonly context: UserContext
  readonly slotOf: SlotOf
  /** Milliseconds since 1970. */
  readonly at: number
  /** Where the user is now, where they say so; else it is where they last did something. */
  readonly near?: LngLat | undefined
  /** Of the candidates, `[candidates]`: what was done there, its strength in all and in the slot, and their likeness to the user. */
  readonly activities: readonly (PlaceActivity | undefined)[]
  readonly inAll: Float64Array
  readonly inSlot: Float64Array
  readonly tastes: Float64Array
  /** `[candidates, WIDTH]` Takes the features, for who wants to see them. */
  readonly rows?: Float32Array | undefined
}

/** `[candidates]`: ln of the odds of being chosen, up to a constant of the list. */
export function utilities(
  live: Live,
  candidates: readonly KnownPlace[],
  { context, slotOf, at, near, activities, inAll, inSlot, tastes, rows }: Asked,
): Float64Array {
  const utility = new Float64Array(candidates.length)
  if (candidates.length === 0) return utility
  const { activity, movements, encoder } = live
  const { model } = encoder
  const { past } = context
  const { last } = past
  const [{ place: somewhere, timeZone }] = candidates
  // First of all: what is known about kinds is asked for all that there are.
  const kinds = candidates.map((candidate) => candidate.kind(movements.kinds))
  const write = createFeatures({
    at,
    slotShare: activity.slotShare(slotOf(timeZone)),
    hour: solarHour(at, somewhere.lng),
    past,
    kinds: movements.kinds,
    seen: lastSeen(),
  })
  /** Where the client says; else where the user last did something; else where they say that they mostly are, whenever. */
  function lastSeen(): Moment['seen'] {
    if (near !== undefined) return { point: near, at }
    if (last !== undefined) return { point: last, at: last.at }
    const area = usualArea(past.habits, at, somewhere.lng)
    return area && { point: area, at: -Infinity }
  }
  const perStrength = activity.visitsPerStrength()
  const lately = past.lately(at)
  const after = last && movements.visits.next(last.place)
  const lists = listsOfPast(live, past)
  const lastLists = listValues(live, last === undefined ? [] : [last.place])
  const sessions = new Float64Array(candidates.length)
  const lastVector = last && context.acted.find(({ placeId }) => placeId === last.place)?.vector
  if (lastVector !== undefined) {
    likenesses(
      lastVector,
      candidates.map(({ vector }) => vector),
      sessions,
    )
  }
  const ranker = createRanker(model.extras?.ranker)
  const meanStars = meanRating(candidates.map(({ place }) => place.rating))
  const features = rows ?? new Float32Array(WIDTH)
  for (let index = 0; index < candidates.length; index++) {
    const { place, row, users } = candidates[index]
    const { id, lng, lat, rating } = place
    const done = activities[index]
    const visits = perStrength * inAll[index]
    const offset = rows === undefined ? 0 : index * WIDTH
    write(
      {
        lng,
        lat,
        kind: kinds[index],
        // Who came since the model was trained is not counted one by one.
        users: row < 0 ? visits : users,
        visits,
        slotVisits: perStrength * inSlot[index],
        firstAt: done?.firstAt,
        after: after?.get(id) ?? 0,
        lists: lists.get(row) ?? 0,
        lastList: lastLists.get(row) ?? 0,
        taste: tastes[index],
        session: sessions[index],
        own: (past.visits.get(id) ?? 0) - (lately.get(id) ?? 0),
        stars: rating === undefined ? 0 : rating - meanStars,
      },
      features,
      offset,
    )
    utility[index] = ranker.utility(features, offset)
  }
  return utility
}

const pastLists = new WeakMap<UserContext['past'], { model: Model; values: Map<number, number> }>()

/** The values of all places of a past, which many requests share. */
function listsOfPast(live: Live, past: UserContext['past']): Map<number, number> {
  const { model } = live.encoder
  const known = pastLists.get(past)
  if (known?.model === model) return known.values
  const values = listValues(live, past.visits.keys())
  pastLists.set(past, { model, values })
  return values
}

/** Σ over places of what their lists give, by number of the place. */
export function listValues({ encoder: { model } }: Live, ids: Iterable<string>): Map<number, number> {
  const sums = new Map<number, number>()
  const lists = model.extras?.lists
  if (lists === undefined) return sums
  for (const id of ids) {
    const row = model.placeRow(id)
    if (row === undefined) continue
    for (let e = lists.starts[row]; e < lists.starts[row + 1]; e++) {
      sums.set(lists.indices[e], (sums.get(lists.indices[e]) ?? 0) + lists.values[e])
    }
  }
  return sums
}
