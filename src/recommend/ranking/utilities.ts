// What the ranker says of candidates: their evidence from the live state, weighed. Leaves features to features.ts.
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import { likeness } from '../../graph/model.ts'
import type { Live } from '../live.ts'
import type { SlotOf } from '../local-slots.ts'
import type { UserContext } from '../user-context.ts'
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
}

/** `[candidates]`: ln of the odds of being chosen, up to a constant of the list. */
export function utilities(
  live: Live,
  candidates: readonly { readonly place: Place; readonly vector: Float32Array }[],
  { context, slotOf, at, near }: Asked,
): Float64Array {
  if (candidates.length === 0) return new Float64Array(0)
  const { activity, movements, encoder } = live
  const { model } = encoder
  const { past, vector: user } = context
  const { last } = past
  const [{ place: somewhere }] = candidates
  // First of all: what is known about kinds is asked for all that there are.
  const kinds = candidates.map(({ place }) => movements.kinds.of(place.categories))
  const write = createFeatures({
    at,
    slotShare: activity.slotShare(slotOf(somewhere)),
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
  const after = last && movements.visits.next(last.place)
  const lists = listValues(live, past.visits.keys())
  const lastLists = listValues(live, last === undefined ? [] : [last.place])
  const lastVector = last && context.acted.find(({ placeId }) => placeId === last.place)?.vector
  const ranker = createRanker(model.extras?.ranker)
  const meanStars = meanRating(candidates.map(({ place }) => place.rating))
  const row = new Float32Array(WIDTH)
  return Float64Array.from(candidates, ({ place, vector }, index) => {
    const { id, lng, lat, rating } = place
    const number = model.placeRow(id) ?? -1
    const visits = perStrength * activity.total(id)
    write(
      {
        lng,
        lat,
        kind: kinds[index],
        // Who came since the model was trained is not counted one by one.
        users: number < 0 ? visits : model.placeUsers(id),
        visits,
        slotVisits: perStrength * activity.inSlot(id, slotOf(place)),
        firstAt: activity.firstAt(id),
        after: after?.get(id) ?? 0,
        lists: lists.get(number) ?? 0,
        lastList: lastLists.get(number) ?? 0,
        taste: user === undefined ? 0 : likeness(user, vector),
        session: lastVector === undefined ? 0 : likeness(lastVector, vector),
        own: past.visits.get(id) ?? 0,
        stars: rating === undefined ? 0 : rating - meanStars,
      },
      row,
      0,
    )
    return ranker.utility(row, 0)
  })
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
