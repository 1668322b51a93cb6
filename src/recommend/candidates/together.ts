// Which places go together: visited in one outing, looked at in one session, shared by the same people, next door.
// Leaves counting to movements.ts; candidates/seen-together.ts asks it for answers, the together task for its score.
import type { Outings } from '../ranking/outings.ts'

/** What joins a place to the asked one. */
export interface Companion {
  /** Times that people went there next, and that they came from there. */
  readonly next: number
  readonly before: number
  /** Times that people looked at both, one after the other. */
  readonly looks: number
  readonly score: number
}

export interface TogetherSources {
  readonly visits: Outings
  readonly looks?: Outings
  /** The places that share the most people with one, with their likeness. */
  list(placeId: string): Iterable<readonly [placeId: string, likeness: number]>
}

export interface TogetherWeights {
  /** What outings say. */
  readonly visit: number
  /** What coming from there says against going there next: half the way round. */
  readonly before: number
  /** What looks after looks say: less, one session's clicks mix intents. */
  readonly look: number
  /** What likeness by who visits both says: it fills in where few outings were seen. */
  readonly list: number
  /** What lying next door says to a place that nobody has come to or left: it orders what nobody has joined yet. */
  readonly near: number
  /** Steps from and to a place at which that counts by half: what people do there says more then. */
  readonly nearSteps: number
}

/** Chosen on foursquare-nyc, with the demo city (docs/evaluate.md); that of looks is set by hand. */
export const TOGETHER_WEIGHTS: TogetherWeights = {
  visit: 1,
  before: 0.5,
  look: 0.5,
  list: 0.3,
  near: 0.2,
  nearSteps: 10,
}

/** Half as near as next door: four minutes on foot. */
const HALF_NEAR_METERS = 300

/** What a place so far from `placeId` has for that alone, to be added to a companion's score: a half of it at 300 m. */
export function nearness(
  { visits }: TogetherSources,
  placeId: string,
  weights: TogetherWeights = TOGETHER_WEIGHTS,
): (meters: number) => number {
  const steps = visits.left(placeId) + visits.reached(placeId)
  const weight = (weights.near * weights.nearSteps) / (weights.nearSteps + steps)
  return (meters) => (weight * HALF_NEAR_METERS) / (HALF_NEAR_METERS + meters)
}

/** Steps that both places have to have before a share of them counts by half: keeps single steps from the top. */
const SHRINKAGE = 5

/**
 * The companions of a place: steps between the two over the geometric mean of all their steps (cosine, shrunk), which is
 * what takes out how popular each is, for visits and for looks, and the likeness of who visits both.
 */
export function companionsOf(
  { visits, looks, list }: TogetherSources,
  placeId: string,
  weights: TogetherWeights = TOGETHER_WEIGHTS,
): Map<string, Companion> {
  const companions = new Map<string, { next: number; before: number; looks: number; score: number }>()
  const companion = (id: string) => {
    let known = companions.get(id)
    if (known === undefined) companions.set(id, (known = { next: 0, before: 0, looks: 0, score: 0 }))
    return known
  }
  const joined = (outings: Outings, id: string, next: number, before: number) =>
    (next + weights.before * before) /
    (Math.sqrt(
      (outings.left(placeId) + weights.before * outings.reached(placeId)) *
        (outings.reached(id) + weights.before * outings.left(id)),
    ) +
      SHRINKAGE)
  for (const [id, next] of visits.next(placeId)) companion(id).next = next
  for (const [id, before] of visits.previous(placeId)) companion(id).before = before
  for (const [id, known] of companions)
    known.score = weights.visit * joined(visits, id, known.next, known.before)
  if (looks !== undefined) {
    for (const row of [looks.next(placeId), looks.previous(placeId)]) {
      for (const [id, count] of row) companion(id).looks += count
    }
    for (const [id, known] of companions) {
      if (known.looks === 0) continue
      const [next, before] = [looks.next(placeId).get(id) ?? 0, looks.previous(placeId).get(id) ?? 0]
      known.score += weights.look * joined(looks, id, next, before)
    }
  }
  for (const [id, likeness] of list(placeId)) companion(id).score += weights.list * likeness
  companions.delete(placeId)
  return companions
}
