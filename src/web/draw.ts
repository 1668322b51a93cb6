// Drawing on the map: a point, a box by two corners, a polygon by its corners; pointer, touch and keyboard alike.
// Leaves showing the draft to its caller, the meaning of the result to app.ts.
import type { Map as MapLibre } from 'maplibre-gl'
import type { LngLat } from '../domain/position.ts'
import { button, h } from './dom.ts'
import type { DrawnArea } from './state.ts'
import { t } from './texts.ts'

export type Tool = 'point' | 'box' | 'polygon'

type Corner = readonly [lng: number, lat: number]

export interface DrawTool {
  /** Takes up a tool, or puts it down where it is in use already. */
  toggle(tool: Tool): void
  cancel(): void
  /** Takes a press on the map; false where no tool is in use, and the press means something else. */
  press(at: LngLat): boolean
  active(): Tool | undefined
}

interface DrawOptions {
  readonly map: MapLibre
  readonly hint: HTMLElement
  /** The corners so far, and where the pointer is: what to show while drawing. */
  readonly onDraft: (tool: Tool | undefined, corners: readonly Corner[]) => void
  readonly onPoint: (point: LngLat) => void
  readonly onArea: (area: DrawnArea) => void
}

// A second press within this is the same press (a double click brings two); near the first corner it closes the ring.
const SAME_PRESS_PIXELS = 5
const CLOSING_PIXELS = 12

export function createDrawTool({ map, hint, onDraft, onPoint, onArea }: DrawOptions): DrawTool {
  let tool: Tool | undefined
  let corners: Corner[] = []

  const pixelsBetween = (a: Corner, b: Corner) => {
    const [p, q] = [map.project([a[0], a[1]]), map.project([b[0], b[1]])]
    return Math.hypot(p.x - q.x, p.y - q.y)
  }

  function add(corner: Corner): void {
    const last = corners.at(-1)
    if (tool === undefined) return
    if (tool === 'point') {
      stop()
      onPoint({ lng: corner[0], lat: corner[1] })
      return
    }
    if (last !== undefined && pixelsBetween(last, corner) < SAME_PRESS_PIXELS) return
    if (tool === 'polygon' && corners.length >= 3 && pixelsBetween(corners[0], corner) < CLOSING_PIXELS) {
      finish()
      return
    }
    corners = [...corners, corner]
    if (tool === 'box' && corners.length === 2) finish()
    else show()
  }

  function finish(): void {
    const done = corners
    if (tool === 'box' && done.length === 2) {
      stop()
      const lngs = done.map(([lng]) => lng)
      const lats = done.map(([, lat]) => lat)
      const bbox = [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)] as const
      onArea({ kind: 'box', bbox })
    } else if (tool === 'polygon' && done.length >= 3) {
      stop()
      onArea({ kind: 'polygon', corners: done })
    }
  }

  function stop(): void {
    tool = undefined
    corners = []
    map.doubleClickZoom.enable()
    map.getContainer().classList.remove('is-drawing')
    show()
  }

  function show(pointer?: Corner): void {
    onDraft(tool, pointer === undefined || corners.length === 0 ? corners : [...corners, pointer])
    if (pointer !== undefined) return
    const focused = hint.contains(document.activeElement) ? document.activeElement?.id : undefined
    hint.hidden = tool === undefined
    if (focused !== undefined) map.getCanvas().focus()
    if (tool === undefined) return
    hint.replaceChildren(
      h('p', { role: 'status' }, hintText(tool, corners.length)),
      button({ class: 'pill', id: 'draw-centre' }, () => add(centre()), t('placeCentre')),
      ...(tool === 'polygon' && corners.length >= 3
        ? [button({ class: 'pill is-primary', id: 'draw-finish' }, finish, t('finish'))]
        : []),
      button({ class: 'pill', id: 'draw-cancel' }, stop, t('cancel')),
    )
    if (focused) hint.querySelector<HTMLElement>(`#${focused}`)?.focus()
  }

  const centre = (): Corner => {
    const { lng, lat } = map.getCenter().wrap()
    return [lng, lat]
  }
  map.on('dblclick', (event) => {
    if (tool === undefined) return
    event.preventDefault()
    finish()
  })
  map.on('mousemove', (event) => {
    if (tool !== undefined && corners.length > 0) show([event.lngLat.lng, event.lngLat.lat])
  })
  map.getCanvas().addEventListener('keydown', (event) => {
    if (tool === undefined) return
    if (event.key === 'Enter' || event.key === ' ') add(centre())
    else if (event.key === 'Backspace') {
      corners = corners.slice(0, -1)
      show()
    } else return
    event.preventDefault()
  })

  return {
    active: () => tool,
    cancel: stop,
    press({ lng, lat }) {
      if (tool === undefined) return false
      add([lng, lat])
      return true
    },
    toggle(next) {
      const same = tool === next
      stop()
      if (same) return
      tool = next
      map.doubleClickZoom.disable()
      map.getContainer().classList.add('is-drawing')
      show()
      map.getCanvas().focus() // where Enter places a corner
    },
  }
}

function hintText(tool: Tool, corners: number): string {
  switch (tool) {
    case 'point':
      return t('hintPoint')
    case 'box':
      return t(corners === 0 ? 'hintBox' : 'hintBoxSecond')
    case 'polygon':
      return t(corners < 3 ? 'hintPolygon' : 'hintPolygonReady', { count: corners })
    default:
      return tool satisfies never
  }
}
