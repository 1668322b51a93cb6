// The numbered markers of the answers on the map. Leaves the cards with the same numbers to cards.ts.
import type { Map as MapLibre, Marker } from 'maplibre-gl'
import type { Item } from './pages.ts'
import { button } from './dom.ts'
import type { MapLibrary } from './map-library.ts'
import { nameOf } from './format.ts'
import { t } from './texts.ts'

export interface Markers {
  /** One marker an item, numbered from 1 in the order of the list. */
  show(items: readonly Item[]): void
  highlight(id: string | undefined): void
  setOpen(id: string | undefined): void
}

interface MarkerActions {
  open(id: string): void
  point(id: string | undefined): void
}

export function createMarkers(library: MapLibrary, map: MapLibre, actions: MarkerActions): Markers {
  let shown: { id: string; marker: Marker }[] = []

  const mark = (name: string, id: string | undefined) => {
    for (const entry of shown) entry.marker.getElement().classList.toggle(name, entry.id === id)
  }

  return {
    show(items) {
      for (const { marker } of shown) marker.remove()
      shown = items.map(({ place }, index) => {
        const id = place.id ?? ''
        const number = index + 1
        const name = nameOf({ name: place.name ?? id, names: place.names })
        const element = button(
          { class: 'marker', 'data-id': id, 'aria-label': t('marker', { number, name }), title: name },
          (event) => {
            event.stopPropagation() // else the map takes the press as one on what lies below
            actions.open(id)
          },
          String(number),
        )
        element.addEventListener('pointerenter', () => actions.point(id))
        element.addEventListener('pointerleave', () => actions.point(undefined))
        element.addEventListener('focus', () => actions.point(id))
        element.addEventListener('blur', () => actions.point(undefined))
        // Earlier answers lie above later ones where they meet.
        element.style.setProperty('--order', String(items.length - index))
        const marker = new library.Marker({ element, anchor: 'bottom' })
          .setLngLat([place.lng ?? 0, place.lat ?? 0])
          .addTo(map)
        return { id, marker }
      })
    },
    highlight: (id) => mark('is-pointed', id),
    setOpen: (id) => mark('is-open', id),
  }
}
