// On phones the list is a sheet below the map: its grip makes it larger or smaller, by press, drag or key.
// Leaves the sizes themselves to panel.css.
import { t } from './texts.ts'

const SIZES = ['map', 'half', 'list'] as const
type Size = (typeof SIZES)[number]

export interface Sheet {
  set(size: Size): void
  /** Writes the label again in the language in use. */
  render(): void
}

// A drag shorter than this is a press that slipped.
const DRAG_PIXELS = 24

export function createSheet(grip: HTMLButtonElement): Sheet {
  let size: Size = 'half'
  let startY: number | undefined
  let dragged = false

  function set(next: Size): void {
    size = next
    document.body.dataset['sheet'] = size
    render()
  }

  function render(): void {
    const label = t(size === 'list' ? 'listSmaller' : 'listLarger')
    grip.setAttribute('aria-label', label)
    grip.setAttribute('aria-expanded', String(size === 'list'))
    grip.title = label
  }

  const step = (by: number) =>
    set(SIZES[Math.max(0, Math.min(SIZES.length - 1, SIZES.indexOf(size) + by))] ?? 'half')

  grip.addEventListener('pointerdown', (event) => {
    startY = event.clientY
    dragged = false
    grip.setPointerCapture(event.pointerId)
  })
  grip.addEventListener('pointerup', (event) => {
    const movedUp = (startY ?? event.clientY) - event.clientY
    startY = undefined
    if (Math.abs(movedUp) < DRAG_PIXELS) return
    dragged = true
    step(movedUp > 0 ? 1 : -1)
  })
  grip.addEventListener('click', () => {
    if (!dragged) set(size === 'list' ? 'half' : 'list')
    dragged = false
  })
  grip.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    step(event.key === 'ArrowUp' ? 1 : -1)
  })

  set('half')
  return { set, render }
}
