// The filter controls: region, spot, category, open now, radius; and the chips that remove what is set.
// Leaves drawing on the map to draw.ts, the meaning of a filter to the service.
import { button, h } from './dom.ts'
import { formatDistance, nameOf } from './format.ts'
import { icon } from './icons.ts'
import { DEFAULT_RADIUS_METERS, type PageState } from './state.ts'
import { t } from './texts.ts'
import { childRegions, regionPath, type Vocabulary } from './vocabulary.ts'

type Change = (patch: Partial<PageState>) => void

/** Where the slider stops: walking distances finely, rides coarsely. */
export const RADIUS_STEPS = [200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10_000] as const

export const NO_FILTERS: Partial<PageState> = {
  region: undefined,
  spot: undefined,
  category: undefined,
  openNow: false,
  point: undefined,
  radiusMeters: DEFAULT_RADIUS_METERS,
  area: undefined,
}

export function hasFilters(state: PageState): boolean {
  return activeFilters(state, undefined).length > 0
}

/** Fills `root` with the controls; one element keeps the focus when the state changes under it. */
export function renderFilters(
  root: HTMLElement,
  state: PageState,
  vocabulary: Vocabulary,
  change: Change,
): void {
  const focused = document.activeElement?.id
  root.replaceChildren(
    ...regionSelects(state, vocabulary, change),
    spotSelect(state, vocabulary, change),
    categorySelect(state, vocabulary, change),
    openNowSwitch(state, change),
  )
  if (focused) root.querySelector<HTMLElement>(`[id="${focused}"]`)?.focus({ preventScroll: true })
}

/** Fills `root` with the slider of the radius, once there is a point to search around. */
export function renderRadius(root: HTMLElement, state: PageState, change: Change): void {
  const hadFocus = root.contains(document.activeElement)
  root.replaceChildren(...(state.point === undefined ? [] : radiusSlider(state, change)))
  root.hidden = state.point === undefined
  if (hadFocus) root.querySelector('input')?.focus({ preventScroll: true })
}

/** Fills `root` with a chip for every filter in use. */
export function renderChips(
  root: HTMLElement,
  state: PageState,
  vocabulary: Vocabulary,
  change: Change,
): void {
  const active = activeFilters(state, vocabulary)
  const chips = active.map(({ label, patch }) =>
    h(
      'li',
      {},
      button(
        { class: 'chip', 'aria-label': t('remove', { name: label }) },
        () => change(patch),
        label,
        icon('close'),
      ),
    ),
  )
  const clear = h(
    'li',
    {},
    button({ class: 'chip is-clear' }, () => change(NO_FILTERS), t('clearAll')),
  )
  root.replaceChildren(...chips, ...(chips.length > 1 ? [clear] : []))
  root.hidden = chips.length === 0
}

function activeFilters(state: PageState, vocabulary: Vocabulary | undefined) {
  const active: { label: string; patch: Partial<PageState> }[] = []
  const name = (table: 'regions' | 'spots' | 'categories', code: string) => {
    const known = vocabulary?.[table].get(code)
    return known === undefined ? code : nameOf(known)
  }
  if (state.region !== undefined) {
    active.push({ label: name('regions', state.region), patch: { region: undefined } })
  }
  if (state.spot !== undefined) active.push({ label: name('spots', state.spot), patch: { spot: undefined } })
  if (state.category !== undefined) {
    active.push({ label: name('categories', state.category), patch: { category: undefined } })
  }
  if (state.openNow) active.push({ label: t('openNow'), patch: { openNow: false } })
  if (state.point !== undefined) {
    const distance = formatDistance(state.radiusMeters)
    active.push({
      label: t('withinRadius', { distance }),
      patch: { point: undefined, radiusMeters: DEFAULT_RADIUS_METERS },
    })
  }
  if (state.area !== undefined) {
    const label = t(state.area.kind === 'box' ? 'drawnBox' : 'drawnPolygon')
    active.push({ label, patch: { area: undefined } })
  }
  return active
}

/** One select a level: choosing a region with smaller ones in it brings the next. */
function regionSelects(state: PageState, vocabulary: Vocabulary, change: Change): HTMLElement[] {
  const path = regionPath(vocabulary, state.region)
  const trunk = regionTrunk(vocabulary)
  const selects: HTMLElement[] = []
  for (let depth = trunk.length; ; depth++) {
    const parent = depth === trunk.length ? trunk.at(-1) : path[depth - 1]
    const options = childRegions(vocabulary, parent)
    if (options.length === 0) return selects
    const isFirst = selects.length === 0
    selects.push(
      select({
        id: `region-${selects.length}`,
        label: t('region'),
        chosen: path[depth],
        options: [
          ['', isFirst ? t('regionAll') : t('regionWithin', { name: regionName(vocabulary, parent) })],
          ...options.map((region): [string, string] => [region.code, nameOf(region)]),
        ],
        onChoose: (code) => change({ region: code || (isFirst ? undefined : parent) }),
      }),
    )
    if (path[depth] === undefined) return selects
  }
}

/** The regions that everything lies in (one city above all districts): no choice, so no select. */
function regionTrunk(vocabulary: Vocabulary): string[] {
  const trunk: string[] = []
  for (;;) {
    const [only, ...others] = childRegions(vocabulary, trunk.at(-1))
    if (only === undefined || others.length > 0) return trunk
    if (childRegions(vocabulary, only.code).length === 0) return trunk
    trunk.push(only.code)
  }
}

const regionName = ({ regions }: Vocabulary, code = ''): string => {
  const region = regions.get(code)
  return region === undefined ? code : nameOf(region)
}

function spotSelect(state: PageState, { spots }: Vocabulary, change: Change): HTMLElement {
  const options = [...spots.values()].map((spot): [string, string] => [spot.id, nameOf(spot)])
  options.sort((a, b) => a[1].localeCompare(b[1], state.locale))
  return select({
    id: 'spot',
    label: t('spot'),
    chosen: state.spot,
    options: [['', t('spotAll')], ...options],
    onChoose: (id) => change({ spot: id || undefined }),
  })
}

function categorySelect(state: PageState, { categories }: Vocabulary, change: Change): HTMLElement {
  const options = [...categories.values()]
    .filter((category) => category.places > 0)
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, places, ...named }): [string, string] => [
      code,
      `${'\u2003'.repeat(code.split('/').length - 1)}${nameOf(named)} (${places.toLocaleString(state.locale)})`,
    ])
  return select({
    id: 'category',
    label: t('category'),
    chosen: state.category,
    options: [['', t('categoryAll')], ...options],
    onChoose: (code) => change({ category: code || undefined }),
  })
}

function openNowSwitch(state: PageState, change: Change): HTMLElement {
  return button(
    { id: 'open-now', class: 'pill switch', 'aria-pressed': String(state.openNow) },
    () => change({ openNow: !state.openNow }),
    icon('clock'),
    t('openNow'),
  )
}

function radiusSlider(state: PageState, change: Change): HTMLElement[] {
  const nearest = RADIUS_STEPS.findIndex((meters) => meters >= state.radiusMeters)
  const position = nearest < 0 ? RADIUS_STEPS.length - 1 : nearest
  const slider = h('input', {
    id: 'radius',
    type: 'range',
    min: 0,
    max: RADIUS_STEPS.length - 1,
    step: 1,
    value: position,
    'aria-valuetext': formatDistance(state.radiusMeters),
  })
  const shown = h('output', { for: 'radius' }, formatDistance(state.radiusMeters))
  slider.addEventListener('input', () => {
    const distance = formatDistance(RADIUS_STEPS[slider.valueAsNumber])
    shown.textContent = distance
    slider.setAttribute('aria-valuetext', distance)
  })
  slider.addEventListener('change', () => change({ radiusMeters: RADIUS_STEPS[slider.valueAsNumber] }))
  return [h('label', { for: 'radius' }, t('radius')), slider, shown]
}

interface SelectOptions {
  readonly id: string
  readonly label: string
  readonly chosen: string | undefined
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly onChoose: (value: string) => void
}

function select({ id, label, chosen, options, onChoose }: SelectOptions): HTMLElement {
  const element = h(
    'select',
    { id, class: chosen === undefined ? 'select' : 'select is-set', 'aria-label': label },
    ...options.map(([value, text]) => h('option', { value }, text)),
  )
  element.value = chosen ?? ''
  // A code that is not in the list (an old link) still shows, so that the reader sees what is asked.
  if (element.selectedIndex < 0 && chosen !== undefined) {
    element.append(h('option', { value: chosen }, chosen))
    element.value = chosen
  }
  element.addEventListener('change', () => onChoose(element.value))
  return element
}
