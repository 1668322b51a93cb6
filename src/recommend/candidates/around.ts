// The sources of what is in an area, those that are switched on: one listing by popularity serves three of them.
// Leaves which are on to tuning.ts, each source's job to its file.
import type { LngLat } from '../../domain/position.ts'
import { timeZoneAt } from '../../geo/time-zone.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import type { SlotOf } from '../context/local-slots.ts'
import type { UserContext } from '../context/user-context.ts'
import { afterSearchCandidates } from './after-search.ts'
import { popularCandidates } from './area.ts'
import type { Candidate, SwitchedSource } from './candidate.ts'
import { clickToClickCandidates } from './click-to-click.ts'
import { favouriteKindCandidates } from './favourite-kinds.ts'
import { newPlaceCandidates } from './new-places.ts'
import { popularNowCandidates } from './popular-now.ts'
import { segmentCandidates } from './segment.ts'
import { vectorCandidates } from './vector.ts'

interface Asked {
  readonly live: Live
  readonly context: UserContext
  readonly slotOf: SlotOf
  readonly sources: ReadonlySet<SwitchedSource>
  /** Milliseconds since 1970. */
  readonly now: number
  /** Somewhere in the area, whose clock counts; the most popular place of it where absent. */
  readonly point?: LngLat | undefined
  readonly signal?: AbortSignal | undefined
}

/** The candidates of each source in areas, each wider than the one before; new places in the first: nobody goes far for them. */
export async function candidatesAround(asked: Asked, areas: readonly Filter[]): Promise<Candidate[][]> {
  const { live, context, sources, now } = asked
  const [found, fresh] = await Promise.all([
    Promise.all(areas.map((area) => inArea(asked, area))),
    sources.has('new') ? newPlaceCandidates(live, context, areas[0], now) : [],
  ])
  return [...found.flat(), fresh]
}

async function inArea(asked: Asked, area: Filter): Promise<Candidate[][]> {
  const { live, context, sources, signal } = asked
  const on = async (source: SwitchedSource, find: () => Promise<Candidate[]>) =>
    sources.has(source) ? find() : []
  return Promise.all([
    byPopularity(asked, area),
    on('taste', () => vectorCandidates(live, 'taste', context.vector, area, signal)),
    on('click-to-click', () => clickToClickCandidates(live, context, area)),
    on('favourite-kinds', () => favouriteKindCandidates(live, context, area, signal)),
    on('after-search', () => afterSearchCandidates(live, context.queries, area)),
  ])
}

async function byPopularity(
  { live, context, slotOf, sources, point, signal }: Asked,
  area: Filter,
): Promise<Candidate[]> {
  const { poolSize } = live
  const deeper = sources.has('popular-now') || sources.has('segment')
  if (!deeper && !sources.has('popular')) return []
  const popular = await popularCandidates(live, area, signal, deeper ? 2 * poolSize : poolSize)
  if (popular.length === 0) return []
  const somewhere = point ?? (await live.places([popular[0].id])).get(popular[0].id)
  return [
    ...(sources.has('popular') ? popular.slice(0, poolSize) : []),
    ...(sources.has('popular-now') && somewhere
      ? popularNowCandidates(live, popular, slotOf(timeZoneAt(somewhere)))
      : []),
    ...(sources.has('segment') ? segmentCandidates(live, context, popular) : []),
  ]
}
