// The map beside the list: our layers, the markers, what is chosen or drawn, and where it looks.
// Leaves colours to map-layers.ts, drawing to draw.ts, what a press means to app.ts.
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl'
import type { BBox, LngLat } from '../domain/position.ts'
import type { Api } from './api.ts'
import { createDrawTool, type DrawTool, type Tool } from './draw.ts'
import { nameOf } from './format.ts'
import { boundsOf, circleRing, labelPoint, spotArea } from './geometry.ts'
import { groundStyle, ourLayers, ourSources, paletteFor, placeNameField } from './map-layers.ts'
import { loadMapLibrary } from './map-library.ts'
import { createMarkers } from './markers.ts'
import type { Item } from './pages.ts'
import { createPlacePopup, type PlacePopup } from './place-popup.ts'
import { areaRing } from './question.ts'
import type { DrawnArea, FromPlaces, PageState, View } from './state.ts'
import { locale, t } from './texts.ts'
import { regionPath, type Vocabulary } from './vocabulary.ts'

export interface MapActions {
  openPlace(id: string): void
  /** A place, by its dot; a spot, by its area. */
  pressPlace(id: string): void
  pressSpot(id: string): void
  point(id: string | undefined): void
  startFrom(id: string, mode: FromPlaces): void
  save(id: string): void
  setPoint(point: LngLat): void
  setArea(area: DrawnArea): void
  /** The map came to rest; `byReader` unless the page itself moved it. */
  moved(view: View, byReader: boolean): void
  toolChanged(tool: Tool | undefined): void
}

export interface MapView {
  readonly draw: DrawTool
  readonly popup: PlacePopup
  showItems(items: readonly Item[]): void
  /** Draws the way of a course, [lng, lat] in order; none for undefined. */
  showWay(points: readonly (readonly number[])[] | undefined): void
  /** Outlines what the state filters by. */
  showState(state: PageState): void
  showLabels(vocabulary: Vocabulary): void
  highlight(id: string | undefined): void
  setOpen(id: string | undefined): void
  /** Brings a place into the middle, near enough to see its street. */
  focusOn(at: LngLat): void
  fit(bounds: BBox): void
  /** Shows all of the items, or moves only where fewer than half of them are in sight. */
  reveal(items: readonly Item[], which: 'all' | 'unseen'): void
  /** Writes its labels again in the language in use. */
  relabel(): void
  bounds(): BBox
}

interface MapOptions {
  readonly container: HTMLElement
  readonly hint: HTMLElement
  readonly api: Api
  readonly styleUrl?: string | undefined
  readonly start: View | BBox
  readonly actions: MapActions
}

const FOCUS_ZOOM = 15.5

/** Rejects where the browser cannot draw it (no WebGL). */
export async function createMapView({
  container,
  hint,
  api,
  styleUrl,
  start,
  actions,
}: MapOptions): Promise<MapView> {
  const library = await loadMapLibrary()
  const darkness = matchMedia('(prefers-color-scheme: dark)')
  const style = () => styleUrl ?? groundStyle(paletteFor(darkness.matches))
  const map = new library.Map({
    container,
    style: style(),
    ...('zoom' in start ? { center: start, zoom: start.zoom } : { bounds: toBounds(start) }),
    fitBoundsOptions: { padding: fitPadding(container) },
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: styleUrl === undefined ? false : { compact: true },
    locale: {
      'Map.Title': t('map'),
      'NavigationControl.ZoomIn': t('zoomIn'),
      'NavigationControl.ZoomOut': t('zoomOut'),
      'Popup.Close': t('close'),
    },
    transformRequest: (url) =>
      url.startsWith(`${location.origin}/v1/`) ? { url, headers: api.authorization() } : { url },
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new library.NavigationControl({ showCompass: false }), 'bottom-right')
  map.addControl(new library.ScaleControl({}), 'bottom-left')

  const overlay = createOverlay(map)
  /** Bare ground is water around the land of regions; without any it would be a sea with places in it. */
  let hasLand = true
  function colourGround(): void {
    const { ground, land } = paletteFor(darkness.matches)
    if (map.getLayer('ground')) map.setPaintProperty('ground', 'background-color', hasLand ? ground : land)
  }
  map.on('style.load', () => {
    colourGround()
    for (const [id, source] of Object.entries(ourSources(location.origin))) map.addSource(id, source)
    for (const layer of ourLayers(paletteFor(darkness.matches), styleUrl === undefined)) map.addLayer(layer)
    overlay.apply()
  })
  darkness.addEventListener('change', () => {
    if (styleUrl === undefined) map.setStyle(style(), { diff: false })
  })

  const markers = createMarkers(library, map, { open: actions.openPlace, point: actions.point })
  const popup = createPlacePopup(library, map, actions)
  let toolInUse: Tool | undefined
  const draw = createDrawTool({
    map,
    hint,
    onDraft(tool, corners) {
      overlay.setData('draft', draftShapes(tool, corners))
      if (tool !== toolInUse) actions.toolChanged(tool)
      toolInUse = tool
    },
    onPoint: actions.setPoint,
    onArea: actions.setArea,
  })

  map.on('click', (event) => {
    if (draw.press(event.lngLat.wrap())) return
    const { x, y } = event.point
    // A dot is small and a finger is not: a press counts for what lies within 8 pixels.
    const place = map.queryRenderedFeatures(
      [
        [x - 8, y - 8],
        [x + 8, y + 8],
      ],
      { layers: ['places'] },
    )[0]
    if (place !== undefined) return actions.pressPlace(String(place.properties['id']))
    const spot = map.queryRenderedFeatures(event.point, { layers: ['spots'] })[0]
    if (spot !== undefined) actions.pressSpot(String(spot.properties['id']))
  })
  for (const layer of ['places', 'spots']) {
    map.on('mouseenter', layer, () => (map.getCanvas().style.cursor = 'pointer'))
    map.on('mouseleave', layer, () => (map.getCanvas().style.cursor = ''))
  }
  map.on('moveend', (event) => {
    const { lng, lat } = map.getCenter().wrap()
    actions.moved({ lng, lat, zoom: map.getZoom() }, event.originalEvent !== undefined)
  })

  const fit = (bounds: BBox) =>
    void map.fitBounds(toBounds(bounds), { padding: fitPadding(container), maxZoom: FOCUS_ZOOM + 1 })

  return {
    draw,
    popup,
    fit,
    showItems: (items) => markers.show(items),
    showWay: (points) =>
      overlay.setData(
        'way',
        points === undefined
          ? []
          : [feature({ type: 'LineString', coordinates: points.map((at) => [...at]) })],
      ),
    showState(state) {
      overlay.setFilter('region-chosen', 'code', state.region)
      overlay.setFilter('region-chosen-line', 'code', state.region)
      overlay.setFilter('spot-chosen', 'id', state.spot)
      overlay.setData('filters', filterShapes(state))
    },
    showLabels(vocabulary) {
      overlay.setData('labels', labelShapes(vocabulary))
      hasLand = [...vocabulary.regions.values()].some(({ geometry }) => geometry !== undefined)
      colourGround()
    },
    highlight: (id) => markers.highlight(id),
    setOpen: (id) => markers.setOpen(id),
    focusOn: ({ lng, lat }) =>
      void map.easeTo({ center: [lng, lat], zoom: Math.max(map.getZoom(), FOCUS_ZOOM) }),
    reveal(items, which) {
      const positions = items.map(({ place }) => [place.lng ?? 0, place.lat ?? 0])
      const inSight = map.getBounds()
      const seen = positions.filter(([lng, lat]) => inSight.contains([lng, lat]))
      if (which === 'unseen' && seen.length * 2 >= positions.length) return
      const box = boundsOf(positions)
      if (box !== undefined) fit(box)
    },
    relabel() {
      if (map.getLayer('place-names')) {
        map.setLayoutProperty('place-names', 'text-field', placeNameField(locale()))
      }
      map.getCanvas().setAttribute('aria-label', t('map'))
      const labels = { 'maplibregl-ctrl-zoom-in': t('zoomIn'), 'maplibregl-ctrl-zoom-out': t('zoomOut') }
      for (const [name, label] of Object.entries(labels)) {
        const control = container.querySelector<HTMLElement>(`.${name}`)
        control?.setAttribute('aria-label', label)
        if (control) control.title = label
      }
    },
    bounds: () => boxInSight(map),
  }
}

/** Above lie the drawing tools, and markers stand on their points; a small map has less to give. */
const fitPadding = ({ clientHeight }: HTMLElement) => ({
  top: Math.min(100, clientHeight * 0.28),
  right: 48,
  bottom: Math.min(40, clientHeight * 0.12),
  left: 48,
})

/** What is in sight, with longitudes from -180 to 180 however often the map went round the world. */
function boxInSight(map: MapLibre): BBox {
  const box = map.getBounds()
  const [south, north] = [Math.max(-90, box.getSouth()), Math.min(90, box.getNorth())]
  if (box.getEast() - box.getWest() >= 360) return [-180, south, 180, north]
  return [box.getSouthWest().wrap().lng, south, box.getNorthEast().wrap().lng, north]
}

const toBounds = ([west, south, east, north]: BBox): [number, number, number, number] => [
  west,
  south,
  // MapLibre takes a box over the antimeridian with its east beyond 180°.
  east < west ? east + 360 : east,
  north,
]

type Feature = GeoJSON.Feature<GeoJSON.Geometry, Record<string, string | number>>

interface Overlay {
  setData(source: string, features: readonly Feature[]): void
  /** Shows of a layer only what has this value; nothing for undefined. */
  setFilter(layer: string, property: string, value: string | undefined): void
  apply(): void
}

/** Remembers what lies on the map, for a new style (light to dark) starts empty. */
function createOverlay(map: MapLibre): Overlay {
  const data = new Map<string, readonly Feature[]>()
  const filters = new Map<string, ['==', ['get', string], string]>()
  const applyData = (id: string) => {
    const features = [...(data.get(id) ?? [])]
    map.getSource<GeoJSONSource>(id)?.setData({ type: 'FeatureCollection', features })
  }
  const applyFilter = (id: string) => {
    if (map.getLayer(id)) map.setFilter(id, filters.get(id))
  }
  return {
    setData(source, features) {
      data.set(source, features)
      applyData(source)
    },
    setFilter(layer, property, value) {
      filters.set(layer, ['==', ['get', property], value ?? ''])
      applyFilter(layer)
    },
    apply() {
      for (const id of data.keys()) applyData(id)
      for (const id of filters.keys()) applyFilter(id)
    },
  }
}

const feature = (geometry: GeoJSON.Geometry, properties: Record<string, string | number> = {}): Feature => ({
  type: 'Feature',
  geometry,
  properties,
})

/** A ring filled and outlined apart: one that crosses itself has an outline, but hardly anything to fill. */
const ringShapes = (ring: number[][]): Feature[] => [
  feature({ type: 'Polygon', coordinates: [ring] }),
  feature({ type: 'LineString', coordinates: ring }),
]

function filterShapes({ point, radiusMeters, area }: PageState): Feature[] {
  const around =
    point === undefined
      ? []
      : [
          ...ringShapes(circleRing({ ...point, radiusMeters })),
          feature({ type: 'Point', coordinates: [point.lng, point.lat] }),
        ]
  return area === undefined ? around : [...around, ...ringShapes(areaRing(area))]
}

function draftShapes(tool: Tool | undefined, corners: readonly (readonly [number, number])[]): Feature[] {
  if (tool === undefined || corners.length === 0) return []
  const positions = corners.map(([lng, lat]) => [lng, lat])
  const dots = positions.map((coordinates) => feature({ type: 'Point', coordinates }))
  if (tool === 'box' && corners.length === 2) {
    const [[west, south], [east, north]] = positions
    return ringShapes(areaRing({ kind: 'box', bbox: [west, south, east, north] }))
  }
  if (positions.length < 2) return dots
  const line = feature({ type: 'LineString', coordinates: positions })
  return positions.length === 2 ? [line, ...dots] : [...ringShapes([...positions, positions[0]]), ...dots]
}

// Zooms at which the names of a region's level are neither lost nor in each other's way.
const REGION_NAME_ZOOMS: readonly (readonly [from: number, to: number])[] = [
  [4, 9.5],
  [9.5, 13.2],
  [13.2, 16],
]

function labelShapes(vocabulary: Vocabulary): Feature[] {
  const labels: Feature[] = []
  for (const region of vocabulary.regions.values()) {
    const zooms = REGION_NAME_ZOOMS[regionPath(vocabulary, region.code).length - 1]
    if (region.geometry === undefined || zooms === undefined) continue
    const coordinates = labelPoint(region.geometry)
    const [from, to] = zooms
    labels.push(feature({ type: 'Point', coordinates }, { kind: 'region', name: nameOf(region), from, to }))
  }
  for (const spot of vocabulary.spots.values()) {
    const area = spotArea(spot)
    if (area === undefined) continue
    labels.push(
      feature({ type: 'Point', coordinates: labelPoint(area) }, { kind: 'spot', name: nameOf(spot) }),
    )
  }
  return labels
}
