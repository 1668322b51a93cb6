// Makes the request of a page state: which call, and its body. Leaves sending to api.ts.
import type { EventInput } from '../domain/event.ts'
import type { Who, Where, What } from '../domain/where.ts'
import type { LngLat } from '../domain/position.ts'
import type { Memory } from './memory.ts'
import type { DrawnArea, Mode, PageState } from './state.ts'

export interface Question {
  /** The path below /v1/. */
  readonly call: Mode | `themes/${string}`
  readonly body: Readonly<Record<string, unknown>>
}

/** What an impression says of the list that it is from. */
export type AskedList = Required<Pick<EventInput, 'userId' | 'call'>> & Pick<EventInput, 'query'>

/** Of the words that events carry (domain/event.ts). */
const MAX_SEARCHED = 200
/** What cutting may leave of an emoji. */
const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/
const SHELVES = 5
const PLACES_A_SHELF = 4
const COURSES = 3

interface Surroundings {
  /** What a stranger did on this page; not sent for a chosen user, whose events the service has. */
  readonly memory: Memory
  /** The middle of the map: where "nearby" is while no point is set. */
  readonly centre?: LngLat | undefined
  readonly limit: number
}

/** The request, or undefined while something is missing: words to search for, places to be similar to. */
export function toQuestion(state: PageState, { memory, centre, limit }: Surroundings): Question | undefined {
  const near = state.point ?? (state.mode === 'nearby' && !hasArea(state) ? centre : undefined)
  const base = {
    where: toWhere(state),
    what: toWhat(state),
    who: toWho(state, memory),
    limit,
    locale: state.locale,
    ...(state.debug && { debug: true }),
    ...(near !== undefined && { near: { lng: near.lng, lat: near.lat } }),
  }
  const around = state.point ?? (hasArea(state) ? undefined : centre)
  const here = { ...base, ...(around !== undefined && { near: { lng: around.lng, lat: around.lat } }) }
  switch (state.mode) {
    case 'nearby':
      return { call: 'nearby', body: base }
    case 'taste':
      return { call: 'taste', body: state.intent === '' ? base : { ...base, intent: state.intent } }
    case 'themes':
      return {
        call: state.theme === undefined ? 'themes' : `themes/${encodeURIComponent(state.theme)}`,
        body: state.theme === undefined ? { ...here, placesPerTheme: PLACES_A_SHELF, limit: SHELVES } : here,
      }
    case 'courses':
      return { call: 'courses', body: { ...here, limit: COURSES } }
    case 'similar':
    case 'together':
      if (state.startPlaces.length === 0) return undefined
      return { call: state.mode, body: { ...base, placeIds: state.startPlaces } }
    case 'search':
      if (state.query === '') return undefined
      return { call: 'search', body: { ...base, query: state.query } }
    default:
      return state.mode satisfies never
  }
}

/** The words that an answer to this state was asked for with; absent where there are none. */
export function searchedWords(state: PageState): Pick<EventInput, 'query'> {
  const words = state.mode === 'search' ? state.query : state.mode === 'taste' ? state.intent : ''
  return words === '' ? {} : { query: words.slice(0, MAX_SEARCHED).replace(HALF_A_CHARACTER, '') }
}

/** Who reads a list of places, in answer to what; undefined for strangers, and for courses, which are no lists. */
export function askedList(state: PageState): AskedList | undefined {
  const { userId, mode } = state
  if (userId === undefined || mode === 'courses') return undefined
  return { userId, call: mode, ...searchedWords(state) }
}

/** Whether the state says where to look. */
export const hasArea = (state: PageState): boolean => Object.keys(toWhere(state)).length > 0

/** The corners of a drawn area as a closed GeoJSON ring. */
export function areaRing(area: DrawnArea): number[][] {
  if (area.kind === 'polygon') return [...area.corners, area.corners[0]].map(([lng, lat]) => [lng, lat])
  const [west, south, east, north] = area.bbox
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
}

function toWhere({ region, spot, point, radiusMeters, area }: PageState): Where {
  return {
    ...(region !== undefined && { regions: [region] }),
    ...(spot !== undefined && { spots: [spot] }),
    ...(point !== undefined && { circle: { ...point, radiusMeters } }),
    ...(area?.kind === 'box' && { bbox: area.bbox }),
    ...(area?.kind === 'polygon' && { polygon: { type: 'Polygon', coordinates: [areaRing(area)] } }),
  }
}

function toWhat({ category, openNow }: PageState): What {
  return {
    ...(category !== undefined && { categories: [category] }),
    ...(openNow && { openAt: 'now' as const }),
  }
}

function toWho({ userId }: PageState, { recent, dislikes }: Memory): Who {
  if (userId !== undefined) return { userId }
  return {
    ...(recent.length > 0 && { recent: [...recent] }),
    ...(dislikes.length > 0 && { dislikes: [...dislikes] }),
  }
}
