// The buttons that go on from a place: to what is like it, and to what people go to with it.
// Leaves asking to app.ts; cards and the map's popup both have them.
import { button, h } from './dom.ts'
import { icon } from './icons.ts'
import type { FromPlaces } from './state.ts'
import { t } from './texts.ts'

export function startActions(name: string, start: (mode: FromPlaces) => void): HTMLButtonElement[] {
  return [
    button(
      { class: 'act', 'data-action': 'similar', 'aria-label': t('actSimilarLabel', { name }) },
      () => start('similar'),
      icon('similar'),
      h('span', {}, t('actSimilar')),
    ),
    button(
      { class: 'act', 'data-action': 'together', 'aria-label': t('actTogetherLabel', { name }) },
      () => start('together'),
      icon('people'),
      h('span', {}, t('actTogether')),
    ),
  ]
}
