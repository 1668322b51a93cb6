// What our own map looks like: land, regions, spots, places, labels, and the shapes of filters and drawing.
// Leaves data and interaction to map.ts. Text is drawn from the fonts of the system: no glyphs are fetched.
import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl'
import type { Locale } from '../domain/names.ts'
import { locale } from './texts.ts'

interface Palette {
  readonly ground: string
  readonly land: string
  readonly landLine: string
  readonly spot: string
  readonly spotLine: string
  readonly place: string
  readonly placeLine: string
  readonly label: string
  readonly labelQuiet: string
  readonly halo: string
  readonly accent: string
  readonly draft: string
}

const LIGHT: Palette = {
  ground: '#d9e3ec',
  land: '#f3f3f1',
  landLine: '#c3c8d2',
  spot: '#6d83c9',
  spotLine: '#6d83c9',
  place: '#8a93a6',
  placeLine: '#ffffff',
  label: '#39415a',
  labelQuiet: '#6d7690',
  halo: '#fbfbfa',
  accent: '#2f4b9a',
  draft: '#c2511d',
}

const DARK: Palette = {
  ground: '#0d1420',
  land: '#1b2029',
  landLine: '#39414f',
  spot: '#7c95e6',
  spotLine: '#7c95e6',
  place: '#6c778d',
  placeLine: '#1b2029',
  label: '#d5dbea',
  labelQuiet: '#98a2b8',
  halo: '#141922',
  accent: '#a9bcff',
  draft: '#ff9d66',
}

export const paletteFor = (dark: boolean): Palette => (dark ? DARK : LIGHT)

/** A style of bare ground: the layers below come on top of it, as they do on a style from elsewhere. */
export function groundStyle({ ground }: Palette): StyleSpecification {
  return {
    version: 8,
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': ground } }],
  }
}

const empty = (): SourceSpecification => ({
  type: 'geojson',
  data: { type: 'FeatureCollection', features: [] },
})

/** `origin` is the start of our URLs: tiles are fetched in a worker, which has no page to be relative to. */
export function ourSources(origin: string): Record<string, SourceSpecification> {
  return {
    dongne: { type: 'vector', tiles: [`${origin}/v1/tiles/{z}/{x}/{y}.mvt`], maxzoom: 16 },
    labels: empty(),
    filters: empty(),
    way: empty(),
    draft: empty(),
  }
}

const FONTS = [
  'Pretendard',
  'Apple SD Gothic Neo',
  'Noto Sans KR',
  'Noto Sans CJK KR',
  'Malgun Gothic',
  'sans-serif',
]

/** The text of a place's label: its name in the language, or its own. */
export const placeNameField = (language: Locale): ExpressionSpecification => [
  'coalesce',
  ['get', `name:${language}`],
  ['get', 'name'],
]

/**
 * Our layers from bottom to top.
 * @param bare whether they lie on `groundStyle`; a style from elsewhere brings its own land
 */
export function ourLayers(palette: Palette, bare: boolean): LayerSpecification[] {
  const tiles = (layer: string) => ({ source: 'dongne', 'source-layer': layer }) as const
  const label = {
    'text-field': ['get', 'name'] as ['get', string],
    'text-font': [...FONTS],
    'text-max-width': 8,
  }
  const halo = { 'text-halo-color': palette.halo, 'text-halo-width': 1.4 }
  return [
    ...(bare
      ? [
          {
            id: 'land',
            type: 'fill',
            ...tiles('regions'),
            filter: ['==', ['get', 'level'], 0],
            paint: { 'fill-color': palette.land },
          } as LayerSpecification,
        ]
      : []),
    {
      id: 'region-chosen',
      type: 'fill',
      ...tiles('regions'),
      filter: ['==', ['get', 'code'], ''],
      paint: { 'fill-color': palette.accent, 'fill-opacity': 0.09 },
    },
    {
      id: 'region-lines',
      type: 'line',
      ...tiles('regions'),
      paint: {
        'line-color': palette.landLine,
        'line-width': ['match', ['get', 'level'], 0, 1.6, 1, 1.1, 0.6],
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 8, 0.6, 13, 1],
      },
    },
    {
      id: 'region-chosen-line',
      type: 'line',
      ...tiles('regions'),
      filter: ['==', ['get', 'code'], ''],
      paint: { 'line-color': palette.accent, 'line-width': 2 },
    },
    {
      id: 'spots',
      type: 'fill',
      ...tiles('spots'),
      paint: { 'fill-color': palette.spot, 'fill-opacity': 0.14 },
    },
    {
      id: 'spot-lines',
      type: 'line',
      ...tiles('spots'),
      paint: { 'line-color': palette.spotLine, 'line-width': 1, 'line-opacity': 0.55 },
    },
    {
      id: 'spot-chosen',
      type: 'line',
      ...tiles('spots'),
      filter: ['==', ['get', 'id'], ''],
      paint: { 'line-color': palette.accent, 'line-width': 2.5 },
    },
    {
      id: 'filters',
      type: 'fill',
      source: 'filters',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': palette.accent, 'fill-opacity': 0.08 },
    },
    {
      id: 'filter-lines',
      type: 'line',
      source: 'filters',
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': palette.accent, 'line-width': 2, 'line-dasharray': [2, 1.5] },
    },
    {
      id: 'way',
      type: 'line',
      source: 'way',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': palette.accent,
        'line-width': 4,
        'line-opacity': 0.75,
        'line-dasharray': [0.1, 1.8],
      },
    },
    {
      id: 'places',
      type: 'circle',
      ...tiles('places'),
      paint: {
        'circle-color': palette.place,
        'circle-radius': ['interpolate', ['exponential', 1.5], ['zoom'], 10, 1.2, 14, 2.6, 18, 7],
        'circle-opacity': 0.85,
        'circle-stroke-color': palette.placeLine,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 13, 0, 15, 1],
      },
    },
    {
      id: 'place-names',
      type: 'symbol',
      minzoom: 15.5,
      ...tiles('places'),
      layout: {
        ...label,
        'text-field': placeNameField(locale()),
        'text-size': 11.5,
        'text-anchor': 'top',
        'text-offset': [0, 0.6],
        'text-optional': true,
      },
      paint: { 'text-color': palette.labelQuiet, ...halo },
    },
    {
      id: 'filter-point',
      type: 'circle',
      source: 'filters',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-color': palette.accent,
        'circle-radius': 6,
        'circle-stroke-color': palette.halo,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'region-names',
      type: 'symbol',
      source: 'labels',
      filter: [
        'all',
        ['==', ['get', 'kind'], 'region'],
        ['>=', ['zoom'], ['get', 'from']],
        ['<', ['zoom'], ['get', 'to']],
      ],
      layout: { ...label, 'text-size': 13, 'text-letter-spacing': 0.06 },
      paint: { 'text-color': palette.labelQuiet, ...halo },
    },
    {
      id: 'spot-names',
      type: 'symbol',
      minzoom: 11.5,
      source: 'labels',
      filter: ['==', ['get', 'kind'], 'spot'],
      layout: { ...label, 'text-size': 13 },
      paint: { 'text-color': palette.label, ...halo },
    },
    {
      id: 'draft-fill',
      type: 'fill',
      source: 'draft',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': palette.draft, 'fill-opacity': 0.1 },
    },
    {
      id: 'draft-lines',
      type: 'line',
      source: 'draft',
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': palette.draft, 'line-width': 2 },
    },
    {
      id: 'draft-corners',
      type: 'circle',
      source: 'draft',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-color': palette.halo,
        'circle-radius': 5,
        'circle-stroke-color': palette.draft,
        'circle-stroke-width': 2,
      },
    },
  ]
}
