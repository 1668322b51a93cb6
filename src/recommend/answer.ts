// From a ranked list to an answer: page, places in words, distances, reasons, and why a list is empty.
// Leaves ranking to the calls beside it.
import type { Place, PlaceView } from '../domain/place.ts'
import type { LngLat } from '../domain/position.ts'
import type { BaseRequest, ItemDebug, Reason, Recommendation } from '../domain/recommendation.ts'
import type { Filter } from '../vector-index/filter.ts'
import { EXPLANATION_TEXTS } from './reasons/explanation-texts.ts'
import type { Live } from './live/live.ts'
import type { Understanding } from './query/understand.ts'
import { openState } from './context/open-state.ts'
import { isShown, nextPageToken, type Page } from './page.ts'
import { FEATURE_NAMES, type Ranked } from './ranking/rank.ts'
import type { StepTrace } from './re-rank/index.ts'
import { WALK_METERS, type Reach } from './context/reach.ts'

interface AnswerOptions {
  readonly live: Live
  readonly request: BaseRequest
  readonly page: Page
  readonly filter: Filter
  /** The whole list, best first. */
  readonly ranked: readonly Ranked[]
  readonly reasons: (entry: Ranked) => Reason[]
  /** How far a list around a point had to reach. */
  readonly reach?: Reach | undefined
  /** The words that were searched for. */
  readonly query?: string | undefined
  /** What the user's own past took out of the filter, beside what the request excludes. */
  readonly leftOut: LeftOut
  /** Arms that the user is in. */
  readonly experiments: readonly string[]
  /** What was done, for who debugs. */
  readonly debug?: Debug | undefined
  readonly understanding?: Understanding | undefined
}

interface LeftOut {
  readonly disliked: ReadonlySet<string>
  /** Where a discovery is asked for: places that the user has been to. */
  readonly visited?: ReadonlySet<string> | undefined
}

interface Debug {
  readonly trace: StepTrace
  /** Of the features that decided: the learnt ranker's, or those of the call. */
  readonly weights: Readonly<Record<string, number>>
  /** Before re-ranking. */
  readonly ranked: readonly Ranked[]
}

export async function answer(options: AnswerOptions): Promise<Recommendation> {
  const { live, request, page, ranked, reasons, experiments } = options
  const rest = page.shown.size === 0 ? ranked : ranked.filter(({ place }) => !isShown(page, place.id))
  const shown = rest.slice(0, request.limit)
  const token =
    rest.length > shown.length
      ? nextPageToken(
          request,
          page,
          shown.map(({ place }) => place.id),
        )
      : undefined
  const debugOf = itemDebug(options.debug)
  const explanation =
    shown.length === 0 ? await explainEmpty(options) : (explainReach(options) ?? explainChanges(options))
  return {
    recommendationId: page.recommendationId,
    items: shown.map((entry) => ({
      place: pick(live.vocabulary.view(entry.place, request.locale), request.fields),
      score: entry.score,
      ...(entry.distanceMeters !== undefined && {
        distanceMeters: Math.round(entry.distanceMeters * 10) / 10,
      }),
      ...openOf(entry, page),
      reasons: reasons(entry),
      ...(entry.propensity !== undefined && { propensity: entry.propensity }),
      ...(entry.choice !== undefined && { choice: entry.choice }),
      ...debugOf(entry),
    })),
    ...(experiments.length > 0 && { experiments: [...experiments] }),
    ...(token !== undefined && { nextPageToken: token }),
    ...(explanation !== undefined && { explanation }),
    ...understoodOf(options),
  }
}

function itemDebug(debug: Debug | undefined): (entry: Ranked) => { debug?: ItemDebug } {
  if (debug === undefined) return () => ({})
  const scores = new Map(debug.ranked.map(({ place, score }) => [place.id, score]))
  return ({ place, candidate, features, learntFrom }) => ({
    debug: {
      sources: { ...candidate.scores },
      features: {
        ...(learntFrom ?? Object.fromEntries(FEATURE_NAMES.map((name) => [name, features[name]]))),
      },
      weights: { ...debug.weights },
      rankedScore: scores.get(place.id)!,
      steps: debug.trace.get(place.id) ?? [],
    },
  })
}

/** What was understood, without what only the search needs; absent where there were no words. */
function understoodOf({ understanding }: AnswerOptions): Pick<Recommendation, 'understood'> {
  if (understanding === undefined) return {}
  const { areas, categories, attributes, rest, changed } = understanding
  return { understood: { areas, categories, attributes, rest, changed } }
}

function explainChanges({ request, understanding }: AnswerOptions): string | undefined {
  const changed = understanding?.changed ?? []
  return changed.length === 0 ? undefined : EXPLANATION_TEXTS[request.locale].changed(changed)
}

/** Where distances are measured from: the user, else the centre of the asked circle. */
export function originOf({ near, where }: BaseRequest): LngLat | undefined {
  return near ?? where.circle
}

function openOf({ place }: Ranked, { now }: Page): { open?: boolean } {
  const open = openState(place, now)
  return open === undefined ? {} : { open }
}

/** A view with the asked fields alone; by default without what is long. */
export function pick(view: PlaceView, fields: BaseRequest['fields']): Partial<PlaceView> {
  if (fields === undefined) {
    const { reviews: _, keywords: __, ...rest } = view
    return rest
  }
  const picked: Record<string, unknown> = { id: view.id }
  for (const field of fields) if (view[field] !== undefined) picked[field] = view[field]
  return picked
}

/**
 * Words that nothing holds where there are places; else what hides those that match: the user's own past, that they
 * closed; else the first condition without which there would be places.
 */
export async function explainEmpty({
  live,
  request,
  ranked = [],
  filter,
  query,
  leftOut,
}: Pick<AnswerOptions, 'live' | 'request' | 'filter' | 'query' | 'leftOut'> &
  Partial<Pick<AnswerOptions, 'ranked'>>): Promise<string> {
  const texts = EXPLANATION_TEXTS[request.locale]
  if (ranked.length > 0) return texts.noMore
  if (query !== undefined && (await live.index.count(filter)) > 0) return texts.noWords(query)
  const past: [ReadonlySet<string> | undefined, (count: number) => string][] = [
    [leftOut.disliked, texts.allDisliked],
    [leftOut.visited, texts.allVisited],
  ]
  for (const [ids, text] of past) {
    if (ids === undefined || ids.size === 0) continue
    const excludeIds = filter.excludeIds?.filter((id) => !ids.has(id))
    const count = await live.index.count({ ...filter, ...(excludeIds && { excludeIds }) })
    if (count > 0) return text(count)
  }
  const closed =
    filter.includeClosed === true ? 0 : await live.index.count({ ...filter, includeClosed: true })
  if (closed > 0) return texts.allClosed(closed)
  const keys = (Object.keys(filter) as (keyof Filter)[]).filter((key) => filter[key] !== undefined)
  for (const key of keys) {
    const without = await live.index.count({ ...filter, [key]: undefined })
    if (without > 0) return texts.without(key, without)
  }
  return keys.length === 0 ? texts.noPlaces : texts.noneOf(keys)
}

/** Says so where too few places lie within a walk. */
function explainReach({ request, reach }: AnswerOptions): string | undefined {
  if (reach === undefined || reach.radiusMeters <= WALK_METERS) return undefined
  const texts = EXPLANATION_TEXTS[request.locale]
  return reach.walkable === 0
    ? texts.nothingNear(WALK_METERS, reach.nearestMeters)
    : texts.widened(reach.walkable, WALK_METERS, reach.radiusMeters)
}

/** The places that exist among `ids`, in that order. */
export async function existing(live: Live, ids: readonly string[]): Promise<Place[]> {
  const places = await live.places(ids)
  return ids.flatMap((id) => places.get(id) ?? [])
}
