// The list of answers: numbered cards, what they offer, and moving among them with the arrow keys.
// Leaves what an action does to app.ts, the markers to markers.ts.
import type { Reason } from '../domain/recommendation.ts'
import type { Item } from './pages.ts'
import { createDebug } from './debug-view.ts'
import { button, h, setAttribute } from './dom.ts'
import { formatDistance, formatHours, formatPrice, formatRating, nameOf, withTagsWhole } from './format.ts'
import { icon, type IconName } from './icons.ts'
import { t, type TextKey } from './texts.ts'
import { startActions } from './start-actions.ts'
import type { FromPlaces } from './state.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface CardActions {
  open(id: string): void
  /** What is like a place, or goes with it. */
  startFrom(id: string, mode: FromPlaces): void
  save(id: string): void
  hide(id: string): void
  /** Another place for this stop of a course. */
  replace(id: string): void
  openTheme(id: string): void
  /** The card under the pointer or with the focus; undefined when it is left. */
  point(id: string | undefined): void
}

export interface CardList {
  show(items: readonly Item[], vocabulary: Vocabulary, saved: ReadonlySet<string>): void
  /** Grey cards in place of an answer that is on its way. */
  showLoading(): void
  setBusy(busy: boolean): void
  /** Opens one card and closes the others. */
  setOpen(id: string | undefined): void
  setSaved(id: string): void
  highlight(id: string | undefined): void
  focus(index: number): void
  reveal(id: string): void
}

const REASONS: Record<Reason['kind'], { icon: IconName; label: TextKey }> = {
  'similar-place': { icon: 'similar', label: 'reasonSimilar' },
  together: { icon: 'people', label: 'reasonTogether' },
  'popular-now': { icon: 'trending', label: 'reasonPopularNow' },
  popular: { icon: 'people', label: 'reasonPopular' },
  taste: { icon: 'heart', label: 'reasonTaste' },
  distance: { icon: 'walk', label: 'reasonDistance' },
  'text-match': { icon: 'text', label: 'reasonText' },
  review: { icon: 'text', label: 'reasonReview' },
  open: { icon: 'clock', label: 'reasonOpen' },
  new: { icon: 'sprout', label: 'reasonNew' },
  follow: { icon: 'walk', label: 'reasonFollow' },
}

export function createCardList(list: HTMLOListElement, actions: CardActions): CardList {
  const cards = () => [...list.querySelectorAll<HTMLElement>('.card[data-id]')]
  const cardOf = (id: string) => cards().find((card) => card.dataset['id'] === id)
  const openers = () => [...list.querySelectorAll<HTMLButtonElement>('.card-open')]
  const idAt = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('.card[data-id]')?.dataset['id'] : undefined

  list.addEventListener('keydown', (event) => {
    const all = openers()
    const current = all.findIndex((opener) => opener.closest('.card')?.contains(event.target as Node))
    const next = {
      ArrowDown: current + 1,
      ArrowUp: Math.max(0, current - 1),
      Home: 0,
      End: all.length - 1,
    }[event.key]
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    all[Math.min(next, all.length - 1)]?.focus()
  })
  list.addEventListener('pointerover', (event) => actions.point(idAt(event.target)))
  list.addEventListener('pointerleave', () => actions.point(undefined))
  list.addEventListener('focusin', (event) => actions.point(idAt(event.target)))
  list.addEventListener('focusout', (event) => {
    if (idAt(event.relatedTarget) === undefined) actions.point(undefined)
  })

  return {
    show(items, vocabulary, saved) {
      list.classList.remove('is-loading')
      // A refresh puts the focus back on the same place, so that the keyboard does not start over.
      const focused = idAt(document.activeElement)
      const action = (document.activeElement as HTMLElement | null)?.dataset['action']
      list.replaceChildren(
        ...items.flatMap((item, index) => [
          ...(item.shelf === undefined ? [] : [createShelfTitle(item.shelf, actions)]),
          createCard(item, index, vocabulary, saved, actions),
        ]),
      )
      const again = focused === undefined ? undefined : cardOf(focused)
      again?.querySelector<HTMLElement>(`[data-action="${action}"]`)?.focus({ preventScroll: true })
    },
    showLoading() {
      list.classList.add('is-loading')
      list.replaceChildren(
        ...Array.from({ length: 5 }, () =>
          h('li', { class: 'card skeleton', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')),
        ),
      )
    },
    setBusy: (busy) => list.setAttribute('aria-busy', String(busy)),
    setOpen(id) {
      for (const card of cards()) {
        const open = card.dataset['id'] === id
        card.classList.toggle('is-open', open)
        card.querySelector('.card-open')?.setAttribute('aria-expanded', String(open))
        const details = card.querySelector<HTMLElement>('.details')
        if (details !== null) details.hidden = !open
      }
    },
    setSaved(id) {
      const name = cardOf(id)?.querySelector('.card-open')?.textContent ?? ''
      const save = cardOf(id)?.querySelector<HTMLButtonElement>('[data-action="save"]')
      if (save) markSaved(save, name)
    },
    highlight(id) {
      for (const card of cards()) card.classList.toggle('is-pointed', card.dataset['id'] === id)
    },
    focus: (index) => openers()[Math.min(index, openers().length - 1)]?.focus(),
    reveal: (id) => cardOf(id)?.scrollIntoView({ block: 'nearest' }),
  }
}

function createShelfTitle({ id, title }: NonNullable<Item['shelf']>, actions: CardActions): HTMLLIElement {
  const more = button(
    { class: 'quiet', 'data-theme': id, 'aria-label': t('shelfMoreLabel', { title }) },
    () => actions.openTheme(id),
    t('shelfMore'),
  )
  return h('li', { class: 'shelf' }, h('h3', {}, title), more)
}

/** When one is there, and how one came. */
function stopFacts({
  arriveAt,
  leaveAt,
  travelMinutes,
  distanceMeters,
  waitMinutes,
}: NonNullable<Item['stop']>) {
  const clock = (time: string) => time.slice(11, 16)
  return h(
    'p',
    { class: 'facts stop-times' },
    h('span', { class: 'stop-clock' }, `${clock(arriveAt)}–${clock(leaveAt)}`),
    travelMinutes === 0
      ? undefined
      : h('span', {}, t('stopWay', { minutes: travelMinutes, distance: formatDistance(distanceMeters) })),
    waitMinutes === undefined ? undefined : h('span', {}, t('stopWait', { minutes: waitMinutes })),
  )
}

function createCard(
  { place, distanceMeters, open, reasons, stop, debug }: Item,
  index: number,
  vocabulary: Vocabulary,
  saved: ReadonlySet<string>,
  actions: CardActions,
): HTMLLIElement {
  const id = place.id ?? ''
  const name = nameOf({ name: place.name ?? id, names: place.names })
  const category = vocabulary.categories.get(place.categories?.[0] ?? '')
  const district = place.spots?.[0]?.name ?? place.regions?.at(-1)?.name
  const facts = [
    category && h('span', { class: 'fact-category' }, nameOf(category)),
    district === undefined ? undefined : h('span', {}, district),
    distanceMeters === undefined
      ? undefined
      : fact('distanceLabel', formatDistance(distanceMeters), 'distance'),
  ]
  const figures = [
    place.rating === undefined
      ? undefined
      : h(
          'span',
          { class: 'rating' },
          icon('star'),
          ...spoken('ratingLabel', formatRating(place.rating), 'rating'),
        ),
    place.priceLevel === undefined
      ? undefined
      : h('span', { title: t('priceLabel', { level: place.priceLevel }) }, formatPrice(place.priceLevel)),
    stop === undefined
      ? openState(open ?? (reasons.some((reason) => reason.kind === 'open') ? true : undefined))
      : undefined,
  ]
  const details = createDetails(place)
  const opener = button(
    { class: 'card-open', 'aria-expanded': 'false', 'data-action': 'open' },
    () => actions.open(id),
    name,
  )
  const save = button(
    {
      class: 'act',
      'data-action': 'save',
      'aria-label': t('actSaveLabel', { name }),
      'aria-pressed': 'false',
    },
    () => actions.save(id),
    icon('bookmark'),
    h('span', {}, t('actSave')),
  )
  if (saved.has(id)) markSaved(save, name)
  return h(
    'li',
    { class: 'card', 'data-id': id },
    h('span', { class: 'number', 'aria-hidden': 'true' }, String(index + 1)),
    h(
      'div',
      { class: 'card-body' },
      h('h3', {}, opener),
      stop && stopFacts(stop),
      h('p', { class: 'facts' }, ...facts),
      h('p', { class: 'facts figures' }, ...figures),
      reasons.length === 0
        ? undefined
        : h('ul', { class: 'reasons', 'aria-label': t('reasons') }, ...reasons.map(createReason)),
      details,
      debug && createDebug(debug),
      h(
        'div',
        { class: 'acts' },
        ...startActions(name, (mode) => actions.startFrom(id, mode)),
        save,
        stop &&
          button(
            { class: 'act', 'data-action': 'replace', 'aria-label': t('actReplaceLabel', { name }) },
            () => actions.replace(id),
            icon('refresh'),
            h('span', {}, t('actReplace')),
          ),
        button(
          { class: 'act', 'data-action': 'hide', 'aria-label': t('actHideLabel', { name }) },
          () => actions.hide(id),
          icon('hide'),
          h('span', {}, t('actHide')),
        ),
      ),
    ),
  )
}

function markSaved(save: HTMLButtonElement, name: string): void {
  save.classList.add('is-saved')
  setAttribute(save, 'aria-pressed', 'true')
  setAttribute(save, 'aria-label', t('actSavedLabel', { name }))
  const word = save.querySelector('span')
  if (word) word.textContent = t('actSaved')
}

/** A value whose meaning sighted readers take from its form: the label is for the others. */
function spoken(label: TextKey, value: string, key: string): HTMLElement[] {
  return [
    h('span', { 'aria-hidden': 'true' }, value),
    h('span', { class: 'visually-hidden' }, t(label, { [key]: value })),
  ]
}

const fact = (label: TextKey, value: string, key: string) => h('span', {}, ...spoken(label, value, key))

function openState(open: boolean | undefined): HTMLElement | undefined {
  if (open === undefined) return undefined
  return h('span', { class: open ? 'state is-open-now' : 'state' }, t(open ? 'open' : 'closed'))
}

function createReason({ kind, text, highlights = [] }: Reason): HTMLLIElement {
  const parts: (Node | string)[] = []
  let at = 0
  for (const { start, end } of highlights) {
    if (start < at || end > text.length) continue
    parts.push(withTagsWhole(text.slice(at, start)), h('mark', {}, text.slice(start, end)))
    at = end
  }
  parts.push(withTagsWhole(text.slice(at)))
  const { icon: name, label } = REASONS[kind]
  return h('li', { class: `reason reason-${kind}`, title: t(label) }, icon(name), h('span', {}, ...parts))
}

function createDetails(place: Item['place']): HTMLElement {
  const rows: [TextKey, Node | string | undefined][] = [
    ['address', place.address],
    ['hours', place.openingHours && formatHours(place.openingHours)],
    ['phone', place.phone && h('a', { href: `tel:${place.phone.replaceAll(/[^\d+]/g, '')}` }, place.phone)],
    ['website', place.url && webLink(place.url)],
  ]
  const known = rows.filter(([, value]) => value !== undefined && value !== '')
  return h(
    'div',
    { class: 'details', hidden: true },
    place.description === undefined ? undefined : h('p', {}, place.description),
    place.tags === undefined || place.tags.length === 0
      ? undefined
      : h('p', { class: 'tags' }, ...place.tags.map((tag) => h('span', {}, tag))),
    known.length === 0
      ? undefined
      : h('dl', {}, ...known.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)])),
  )
}

/** Only http(s) becomes a link: a place's url comes from its source. */
function webLink(url: string): Node | string {
  if (!/^https?:\/\//i.test(url)) return url
  const shown = url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '')
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, shown)
}
