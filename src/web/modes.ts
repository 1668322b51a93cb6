// The tabs of the calls. Leaves what each asks to question.ts.
import { button } from './dom.ts'
import { MODES, type Mode } from './state.ts'
import { t } from './texts.ts'

/** Fills a tablist; arrow keys, Home and End move and choose (WAI-ARIA tabs pattern). */
export function renderModes(
  root: HTMLElement,
  panel: HTMLElement,
  chosen: Mode,
  onChoose: (mode: Mode) => void,
): void {
  const hadFocus = root.contains(document.activeElement)
  const tabs = MODES.map((mode, at) => {
    const tab = button(
      {
        id: `mode-${mode}`,
        class: 'tab',
        role: 'tab',
        'aria-selected': String(mode === chosen),
        'aria-controls': panel.id,
        tabindex: mode === chosen ? 0 : -1,
      },
      () => onChoose(mode),
      t(mode),
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
  panel.setAttribute('aria-labelledby', `mode-${chosen}`)
  if (hadFocus) root.querySelector<HTMLElement>(`#mode-${chosen}`)?.focus()
}

function movedBy(key: string, at: number): Mode | undefined {
  const next = {
    ArrowRight: (at + 1) % MODES.length,
    ArrowLeft: (at + MODES.length - 1) % MODES.length,
    Home: 0,
    End: MODES.length - 1,
  }[key]
  return next === undefined ? undefined : MODES[next]
}
