// The tabs of the calls, and the switch between the two answers about a place. Leaves what each asks to question.ts.
import { button } from './dom.ts'
import { FROM_PLACES, isFromPlaces, MODES, type FromPlaces, type Mode } from './state.ts'
import { t } from './texts.ts'

/** What is like a place and what goes with it share a tab: they are asked of the same place. */
const TABS = MODES.filter((mode) => mode !== 'together')
const tabOf = (mode: Mode) => (mode === 'together' ? 'similar' : mode)

/** Fills a tablist; arrow keys, Home and End move and choose (WAI-ARIA tabs pattern). */
export function renderModes(
  root: HTMLElement,
  panel: HTMLElement,
  chosen: Mode,
  onChoose: (mode: Mode) => void,
): void {
  const hadFocus = root.contains(document.activeElement)
  const shown = tabOf(chosen)
  const tabs = TABS.map((mode, at) => {
    const tab = button(
      {
        id: `mode-${mode}`,
        class: 'tab',
        role: 'tab',
        'aria-selected': String(mode === shown),
        'aria-controls': panel.id,
        tabindex: mode === shown ? 0 : -1,
      },
      () => onChoose(mode),
      t(mode === 'similar' ? 'fromPlace' : mode),
    )
    tab.addEventListener('keydown', (event) => {
      const next = movedBy(event.key, at)
      if (next === undefined) return
      event.preventDefault()
      onChoose(next)
    })
    return tab
  })
  root.replaceChildren(...tabs)
  panel.setAttribute('aria-labelledby', `mode-${shown}`)
  if (hadFocus) root.querySelector<HTMLElement>(`#mode-${shown}`)?.focus()
}

function movedBy(key: string, at: number): Mode | undefined {
  const next = {
    ArrowRight: (at + 1) % TABS.length,
    ArrowLeft: (at + TABS.length - 1) % TABS.length,
    Home: 0,
    End: TABS.length - 1,
  }[key]
  return next === undefined ? undefined : TABS[next]
}

/** Offers the other answer about the same place; hidden where the answer is about none. */
export function renderPair(root: HTMLElement, chosen: Mode, onChoose: (mode: FromPlaces) => void): void {
  root.hidden = !isFromPlaces(chosen)
  if (root.hidden) return root.replaceChildren()
  const hadFocus = root.contains(document.activeElement)
  root.replaceChildren(
    ...FROM_PLACES.map((mode) =>
      button(
        { class: 'pill', id: `pair-${mode}`, 'aria-pressed': String(mode === chosen) },
        () => onChoose(mode),
        t(mode),
      ),
    ),
  )
  if (hadFocus) root.querySelector<HTMLElement>(`#pair-${chosen}`)?.focus()
}
