// Ranked entries and questions for tests of single steps: only what a step looks at has to be said.
import { Activity } from '../../../src/recommend/activity.ts'
import type { Source } from '../../../src/recommend/candidates/candidate.ts'
import { Feedback } from '../../../src/recommend/feedback.ts'
import type { Live } from '../../../src/recommend/live.ts'
import { localSlots } from '../../../src/recommend/local-slots.ts'
import type { Ranked } from '../../../src/recommend/rank.ts'
import type { Asked } from '../../../src/recommend/re-rank/step.ts'
import type { Place } from '../../../src/domain/place.ts'

export const NOW = Date.parse('2026-11-25T03:00:00Z')

interface Sketch {
  readonly id: string
  readonly score?: number
  /** Direction in the plane, in degrees. */
  readonly degrees?: number
  readonly name?: string
  readonly categories?: readonly string[]
  readonly tags?: string[]
  readonly sources?: Partial<Record<Source, number>>
  readonly distanceMeters?: number
}

export function placeOf({ id, name = id, categories = [], tags }: Sketch): Place {
  return {
    id,
    name,
    categories,
    lng: 127,
    lat: 37.5,
    geohash: 'wydm',
    regions: [],
    spots: [],
    ...(tags && { tags }),
  }
}

/** `[3]`: a direction and no bias. */
export const vectorAt = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 0)

export function entry(sketch: Sketch): Ranked {
  const none = {
    popularity: 0,
    popularNow: 0,
    taste: 0,
    similar: 0,
    kind: 0,
    text: 0,
    coverage: 0,
    named: 0,
    met: 0,
  }
  return {
    candidate: { id: sketch.id, scores: sketch.sources ?? {} },
    place: placeOf(sketch),
    vector: vectorAt(sketch.degrees ?? 0),
    features: { ...none, closeness: 0, rating: 0 },
    score: sketch.score ?? 0,
    ...(sketch.distanceMeters !== undefined && { distanceMeters: sketch.distanceMeters }),
  }
}

interface Question extends Partial<Omit<Asked, 'context' | 'live'>> {
  readonly context?: Partial<Asked['context']>
  readonly feedback?: Feedback
  readonly activity?: Activity
}

export function question({ context, feedback, activity, ...rest }: Question = {}): Asked {
  return {
    live: { feedback: feedback ?? new Feedback(), activity: activity ?? new Activity(() => NOW) } as Live,
    context: { vector: undefined, acted: [], dislikes: new Set(), categoryShares: new Map(), ...context },
    now: NOW,
    slotOf: localSlots(NOW),
    needed: 100,
    actedPlaces: new Map(),
    disliked: [],
    ...rest,
  }
}

export const idsOf = (list: readonly Ranked[]) => list.map(({ place }) => place.id)
