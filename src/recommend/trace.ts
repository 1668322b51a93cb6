// How each item came to its place: its sources and features, and what every step of re-ranking did to it.
// Leaves who may see it to http/.
import type { Trace } from '../domain/recommendation.ts'
import type { StepName } from './re-rank/step.ts'
import type { Ranked } from './rank.ts'

export interface Tracer {
  /** Notes the list after a step. */
  readonly onStep: (name: StepName, list: readonly Ranked[]) => void
  of(placeId: string): Trace
}

interface Standing {
  readonly position: number
  readonly score: number
}

/** @param ranked the ranker's list */
export function createTracer(ranked: readonly Ranked[]): Tracer {
  const entries = new Map(ranked.map((entry) => [entry.place.id, entry]))
  const stages: { readonly name: StepName; readonly standings: ReadonlyMap<string, Standing> }[] = []
  const start = standingsOf(ranked)
  return {
    onStep: (name, list) => void stages.push({ name, standings: standingsOf(list) }),
    of(placeId) {
      const { candidate, features, score } = entries.get(placeId)!
      let before = start.get(placeId)!
      const rankPosition = before.position
      const steps = stages.map(({ name, standings }) => {
        const after = standings.get(placeId)!
        const step = {
          step: name,
          before: before.position,
          after: after.position,
          scoreChange: after.score - before.score,
        }
        before = after
        return step
      })
      return {
        sources: { ...candidate.scores },
        features: { ...features },
        rankScore: score,
        rankPosition,
        steps,
      }
    },
  }
}

function standingsOf(list: readonly Ranked[]): Map<string, Standing> {
  return new Map(list.map(({ place, score }, position) => [place.id, { position, score }]))
}
