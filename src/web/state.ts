// What the page asks and shows, as one plain value, and its form in the URL hash (shareable, back button).
// Leaves the request made of it to question.ts.
import type { Locale } from '../domain/names.ts'
import type { BBox, LngLat } from '../domain/position.ts'

export const MODES = ['nearby', 'taste', 'themes', 'courses', 'similar', 'together', 'search'] as const
export type Mode = (typeof MODES)[number]
/** The two answers about chosen places. */
export const FROM_PLACES = ['similar', 'together'] as const satisfies readonly Mode[]
export type FromPlaces = (typeof FROM_PLACES)[number]

export const isFromPlaces = (mode: Mode): mode is FromPlaces =>
  (FROM_PLACES as readonly Mode[]).includes(mode)

/** An area drawn on the map: a box, or the corners of a polygon in order, [lng, lat], the first not repeated. */
export type DrawnArea =
  | { readonly kind: 'box'; readonly bbox: BBox }
  | { readonly kind: 'polygon'; readonly corners: readonly (readonly [number, number])[] }

export interface View extends LngLat {
  readonly zoom: number
}

export interface PageState {
  readonly mode: Mode
  readonly query: string
  readonly intent: string
  /** Place ids that "similar" and "together" start from. */
  readonly startPlaces: readonly string[]
  /** The theme whose places are shown; absent while all shelves are. */
  readonly theme?: string | undefined
  /** Absent for a stranger. */
  readonly userId?: string | undefined
  readonly region?: string | undefined
  readonly spot?: string | undefined
  readonly category?: string | undefined
  readonly openNow: boolean
  /** The point to search around, and how far. */
  readonly point?: LngLat | undefined
  readonly radiusMeters: number
  readonly area?: DrawnArea | undefined
  /** The place whose card is open. */
  readonly openPlace?: string | undefined
  readonly locale: Locale
  /** Whether each card says how it came to stand where it stands; by link only, and needs the scope admin. */
  readonly debug: boolean
  readonly view?: View | undefined
}

export const DEFAULT_RADIUS_METERS = 1000

export function initialState(locale: Locale): PageState {
  return {
    mode: 'nearby',
    query: '',
    intent: '',
    startPlaces: [],
    openNow: false,
    radiusMeters: DEFAULT_RADIUS_METERS,
    locale,
    debug: false,
  }
}

/** The parts of the state that decide the answer; a change of any other part asks nothing. */
export function questionKey(state: PageState): string {
  const { openPlace: _openPlace, view: _view, ...question } = state
  return toHash(question as PageState)
}

/** The hash of a state, '#' included; what equals the initial state is left out. */
export function toHash(state: PageState): string {
  const entries: [string, string | undefined][] = [
    ['mode', state.mode],
    ['q', state.query || undefined],
    ['intent', state.intent || undefined],
    [
      'like',
      state.startPlaces.length === 0 ? undefined : state.startPlaces.map(encodeURIComponent).join(','),
    ],
    ['theme', state.theme],
    ['user', state.userId],
    ['region', state.region],
    ['spot', state.spot],
    ['category', state.category],
    ['open', state.openNow ? '1' : undefined],
    ['around', state.point && numbers([state.point.lng, state.point.lat, state.radiusMeters])],
    ['box', state.area?.kind === 'box' ? numbers(state.area.bbox) : undefined],
    ['polygon', state.area?.kind === 'polygon' ? numbers(state.area.corners.flat()) : undefined],
    ['place', state.openPlace],
    ['lang', state.locale],
    ['debug', state.debug ? '1' : undefined],
    ['view', state.view && numbers([state.view.lng, state.view.lat, state.view.zoom])],
  ]
  const given = entries.filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `#${new URLSearchParams(given).toString()}`
}

/** Reads a hash; parts that are absent or not usable keep their initial value, for a link is often cut short. */
export function fromHash(hash: string, locale: Locale): PageState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const text = (name: string) => parameters.get(name) || undefined
  const initial = initialState(locale)
  const around = parseNumbers(text('around'), 3)
  const view = parseNumbers(text('view'), 3)
  const lang = text('lang')
  return {
    mode: MODES.find((mode) => mode === text('mode')) ?? initial.mode,
    query: text('q') ?? '',
    intent: text('intent') ?? '',
    startPlaces: text('like')?.split(',').flatMap(decode) ?? [],
    theme: text('theme'),
    userId: text('user'),
    region: text('region'),
    spot: text('spot'),
    category: text('category'),
    openNow: text('open') === '1',
    point: around && { lng: around[0], lat: around[1] },
    radiusMeters: around !== undefined && around[2] > 0 ? around[2] : initial.radiusMeters,
    area: parseArea(text('box'), text('polygon')),
    openPlace: text('place'),
    debug: text('debug') === '1',
    locale: lang === 'ko' || lang === 'en' ? lang : locale,
    view: view && { lng: view[0], lat: view[1], zoom: view[2] },
  }
}

function decode(part: string): string[] {
  try {
    const id = decodeURIComponent(part)
    return id === '' ? [] : [id]
  } catch {
    return [] // a percent sign that stands for nothing: the rest of the link still counts
  }
}

function parseArea(box: string | undefined, polygon: string | undefined): DrawnArea | undefined {
  const bbox = parseNumbers(box, 4)
  if (bbox !== undefined) return { kind: 'box', bbox: bbox as unknown as BBox }
  const flat = parseNumbers(polygon)
  if (flat === undefined || flat.length < 6 || flat.length % 2 === 1) return undefined
  const corners = Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]] as const)
  return { kind: 'polygon', corners }
}

/** Six decimals are a tenth of a metre, finer than anyone presses. */
const numbers = (values: readonly number[]): string => values.map((value) => +value.toFixed(6)).join(',')

function parseNumbers(text: string | undefined, length?: number): number[] | undefined {
  const values = text?.split(',').map((part) => (part === '' ? Number.NaN : Number(part)))
  if (values === undefined || !values.every(Number.isFinite)) return undefined
  return length === undefined || values.length === length ? values : undefined
}
