// The popup of a place pressed on the map that is not among the answers: its name and what can be done with it.
// Leaves fetching and acting to app.ts.
import type { Map as MapLibre, Popup } from 'maplibre-gl'
import type { PlaceView } from '../domain/place.ts'
import { button, h } from './dom.ts'
import { nameOf } from './format.ts'
import { icon } from './icons.ts'
import type { MapLibrary } from './map-library.ts'
import { startActions } from './start-actions.ts'
import type { FromPlaces } from './state.ts'
import { t } from './texts.ts'

export interface PlacePopup {
  show(place: PlaceView, category: string | undefined): void
  /** False where none was open. */
  close(): boolean
}

interface PopupActions {
  startFrom(id: string, mode: FromPlaces): void
  save(id: string): void
}

export function createPlacePopup(library: MapLibrary, map: MapLibre, actions: PopupActions): PlacePopup {
  let popup: Popup | undefined

  function close(): boolean {
    const open = popup?.isOpen() ?? false
    popup?.remove()
    popup = undefined
    return open
  }

  return {
    close,
    show(place, category) {
      close()
      const { id } = place
      const name = nameOf(place)
      const act = (run: (id: string) => void) => () => {
        close()
        run(id)
      }
      const content = h(
        'div',
        { class: 'place-popup' },
        h('h3', {}, name),
        category === undefined ? undefined : h('p', {}, category),
        h(
          'div',
          { class: 'acts' },
          ...startActions(name, (mode) => act((place) => actions.startFrom(place, mode))()),
          button(
            { class: 'act', 'aria-label': t('actSaveLabel', { name }) },
            act(actions.save),
            icon('bookmark'),
            t('actSave'),
          ),
        ),
      )
      popup = new library.Popup({ offset: 10, maxWidth: '280px' })
        .setLngLat([place.lng, place.lat])
        .setDOMContent(content)
        .addTo(map)
    },
  }
}
