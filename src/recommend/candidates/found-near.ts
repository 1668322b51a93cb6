// What was found near a vector in the whole catalog, kept until a place, a vector or the model changes: to look through
// all places again for the same vector would find the same. Leaves searching to the index.
import { LastUsed } from '../../math/last-used.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Hit } from '../../vector-index/port.ts'
import type { Live } from '../live/live.ts'

/** Answers that are remembered, those asked for last: some 10 kB each. */
const KEPT = 1000
/** Places that a user has done with are searched for too and left out afterwards; in steps, so that one more changes nothing. */
const EXCLUDED_STEP = 64

/** Of one generation of the live state: another one starts with nothing. */
interface Remembered {
  readonly answers: LastUsed<string, readonly Hit[]>
  /** Vectors that came once; most of those that are made for a request come once. */
  readonly names: WeakMap<Float32Array, string>
  count: number
}

const byGeneration = new WeakMap<object, Remembered>()

/**
 * As `live.index.search`. What lies in an area, or is open at a moment, is not remembered: areas and moments are many.
 * @param vector remembered from the second question with the same object on
 */
export async function foundNear(
  live: Live,
  vector: Float32Array,
  filter: Filter,
  signal?: AbortSignal,
): Promise<readonly Hit[]> {
  const { excludeIds = [], ...where } = filter
  const { circle, bbox, polygon, geohashes, openAt } = where
  const search = (asked: Filter, k: number) => live.index.search({ vector, filter: asked, k, signal })
  if ([circle, bbox, polygon, geohashes, openAt].some((condition) => condition !== undefined)) {
    return search(filter, live.poolSize)
  }
  const remembered = rememberedOf(live.generation)
  const name = remembered.names.get(vector)
  if (name === undefined) {
    remembered.names.set(vector, String(remembered.count++))
    return search(filter, live.poolSize)
  }
  const { answers } = remembered
  const k = live.poolSize + EXCLUDED_STEP * Math.ceil(excludeIds.length / EXCLUDED_STEP)
  const key = `${name} ${k} ${JSON.stringify(where)}`
  let hits = answers.get(key)
  if (hits === undefined) answers.set(key, (hits = await search(where, k)))
  const excluded = new Set(excludeIds)
  return hits.filter(({ id }) => !excluded.has(id)).slice(0, live.poolSize)
}

function rememberedOf(generation: object): Remembered {
  let remembered = byGeneration.get(generation)
  if (remembered === undefined) {
    remembered = { answers: new LastUsed(KEPT), names: new WeakMap(), count: 0 }
    byGeneration.set(generation, remembered)
  }
  return remembered
}
