// The map page: holds the state, and wires list, map, filters and people to it and to the service.
// Leaves every part's own looks and ways to the files beside it.
import type { EventType } from '../domain/event.ts'
import type { LngLat } from '../domain/position.ts'
import { createAnswers, type Answer } from './answers.ts'
import { createApi, fetchConfig, Problem } from './api.ts'
import { createCardList } from './cards.ts'
import { button, byId, fillTexts, h } from './dom.ts'
import type { Tool } from './draw.ts'
import { hasFilters, NO_FILTERS, renderChips, renderFilters, renderRadius } from './filters.ts'
import { nameOf } from './format.ts'
import { boundsOf, circleRing } from './geometry.ts'
import { icon, type IconName } from './icons.ts'
import { askForKey } from './key-dialog.ts'
import { createMapView, type MapView } from './map.ts'
import { dislike, loadMemory, NOTHING_KNOWN, remember, saveMemory } from './memory.ts'
import { renderModes } from './modes.ts'
import { createError, createNotice, createToaster } from './notice.ts'
import { createPeople } from './people.ts'
import { areaRing, hasArea, toQuestion } from './question.ts'
import { createSheet } from './sheet.ts'
import { fromHash, initialState, questionKey, toHash, type PageState } from './state.ts'
import { setLocale, t, type TextKey } from './texts.ts'
import { loadVocabulary, regionBounds, spotBounds, vocabularyBounds, type Vocabulary } from './vocabulary.ts'

const PAGE_SIZE = 10
const MAX_LIMIT = 100 // of one request (domain/recommendation.ts)

const config = await fetchConfig()
const api = createApi(askForKey)
const answers = createAnswers(api)
const toast = createToaster(byId('toast'))
const sheet = createSheet(byId<HTMLButtonElement>('grip'))

let state = fromHash(location.hash, config.locale ?? 'ko')
let memory = loadMemory(sessionStorage)
let vocabulary: Vocabulary = { regions: new Map(), spots: new Map(), categories: new Map() }
let map: MapView | undefined
/** Where "nearby" is while no point is set: the middle of the map as the reader, not the page, last moved it. */
let centre: LngLat | undefined
/** Actions since the last answer: what the next one can learn from. */
let unlearned = 0
/** By user, '' for the stranger. */
const saved = new Map<string, Set<string>>()

const cards = createCardList(byId<HTMLOListElement>('list'), {
  open: togglePlace,
  similar: showSimilar,
  save: savePlace,
  hide: (id) => void hidePlace(id),
  point,
})

const people = createPeople({
  select: byId<HTMLSelectElement>('who'),
  known: byId('known'),
  api,
  categories: () => vocabulary.categories,
  onChoose: (userId) => change({ userId, openPlace: undefined }),
  onForget() {
    memory = NOTHING_KNOWN
    saveMemory(sessionStorage, memory)
    saved.delete('')
    void ask()
  },
})

await start()

async function start(): Promise<void> {
  applyLocale()
  listen()
  cards.showLoading()
  try {
    vocabulary = await loadVocabulary(api)
    const bounds = (await api.bounds()) ?? vocabularyBounds(vocabulary) ?? [124.5, 33, 131, 38.7] // Korea
    centre = state.view ?? { lng: (bounds[0] + bounds[2]) / 2, lat: (bounds[1] + bounds[3]) / 2 }
    await startMap(state.view ?? bounds)
  } catch (error) {
    showError(error, start)
    return
  }
  render()
  void people
    .load()
    .then(() => people.showKnown(state.userId, memory))
    .catch((error: unknown) => showError(error, start))
  const isLookingThere = state.view !== undefined || fitToFilter(initialState(state.locale))
  await ask({ fit: isLookingThere ? 'none' : 'all' })
}

async function startMap(startAt: Parameters<typeof createMapView>[0]['start']): Promise<void> {
  try {
    map = await createMapView({
      container: byId('map'),
      hint: byId('hint'),
      api,
      styleUrl: config.mapStyle,
      start: startAt,
      actions: {
        openPlace: togglePlace,
        pressPlace: (id) => void pressPlace(id),
        pressSpot: (spot) => change({ spot: spot === state.spot ? undefined : spot }),
        similar: showSimilar,
        save: savePlace,
        point,
        setPoint: (at) => change({ point: at }),
        setArea: (area) => change({ area }),
        moved(view, byReader) {
          state = { ...state, view }
          history.replaceState(null, '', toHash(state))
          if (!byReader) return
          centre = view
          byId('search-here').hidden = !followsMap()
        },
        toolChanged: renderTools,
      },
    })
    map.showLabels(vocabulary)
  } catch (error) {
    console.warn(error)
    const missing = createNotice({
      icon: 'info',
      title: t('mapMissing'),
      lines: [t('mapMissingDetail')],
    })
    byId('map').replaceChildren(missing)
  }
}

/** Changes the state: the URL follows, the page follows, and a changed question is asked. */
function change(patch: Partial<PageState>): void {
  const before = state
  state = { ...state, ...patch }
  const isQuestion = questionKey(before) !== questionKey(state)
  if (isQuestion) history.pushState(null, '', toHash(state))
  else history.replaceState(null, '', toHash(state))
  follow(before, isQuestion)
}

function follow(before: PageState, isQuestion: boolean): void {
  if (before.locale !== state.locale) applyLocale()
  render()
  if (!isQuestion) return
  fitToFilter(before)
  void ask()
}

function applyLocale(): void {
  setLocale(state.locale)
  document.documentElement.lang = state.locale
  document.title = t('title')
  fillTexts()
  sheet.render()
  const language = byId('language')
  language.textContent = t('switchLanguage')
  language.setAttribute('aria-label', t('switchLanguageLabel'))
  language.setAttribute('lang', state.locale === 'ko' ? 'en' : 'ko')
  people.render()
  map?.showLabels(vocabulary)
  map?.relabel()
}

/** Brings every part but the answer in line with the state. */
function render(): void {
  renderModes(byId('modes'), byId('answer'), state.mode, (mode) => change({ mode }))
  renderFilters(byId('filters'), state, vocabulary, change)
  renderRadius(byId('radius-row'), state, change)
  renderChips(byId('chips'), state, vocabulary, change)
  renderTools(map?.draw.active())
  people.choose(state.userId)
  people.showKnown(state.userId, memory)
  byId<HTMLInputElement>('search').value = state.query
  byId<HTMLInputElement>('intent').value = state.intent
  byId('intent-form').hidden = state.mode !== 'taste'
  byId('summary-title').textContent = t(`${state.mode}Title`, { query: state.query })
  map?.showState(state)
  cards.setOpen(state.openPlace)
  map?.setOpen(state.openPlace)
}

function renderTools(active: Tool | undefined): void {
  const tool = (name: Tool, iconName: IconName, text: TextKey, label: TextKey) =>
    button(
      { id: `tool-${name}`, class: 'tool', 'aria-pressed': String(active === name), 'aria-label': t(label), title: t(label) },
      () => map?.draw.toggle(name),
      icon(iconName),
      h('span', {}, t(text)),
    )
  const root = byId('tools')
  root.hidden = map === undefined
  root.replaceChildren(
    tool('point', 'walk', 'toolPoint', 'toolPointLabel'),
    tool('box', 'box', 'toolBox', 'toolBoxLabel'),
    tool('polygon', 'polygon', 'toolPolygon', 'toolPolygonLabel'),
    button(
      { id: 'tool-view', class: 'tool', 'aria-label': t('toolViewLabel'), title: t('toolViewLabel') },
      () => map && change({ area: { kind: 'box', bbox: map.bounds() } }),
      icon('frame'),
      h('span', {}, t('toolView')),
    ),
  )
}

/** Whether the answer depends on where the map is. */
const followsMap = (): boolean => state.mode === 'nearby' && !hasArea(state)

interface AskOptions {
  /** How many places to ask for; a refresh asks for as many as are shown. */
  readonly limit?: number
  /** Whether the map may move to show the answer: all of it, or what is out of sight. */
  readonly fit?: 'all' | 'unseen' | 'none'
}

async function ask({ limit = PAGE_SIZE, fit = 'unseen' }: AskOptions = {}): Promise<void> {
  const question = toQuestion(state, { memory, centre, limit })
  unlearned = 0
  renderLearned()
  byId('search-here').hidden = true
  if (question === undefined) {
    answers.clear()
    setBusy(false)
    showAnswer(answers.current())
    return
  }
  setBusy(true)
  try {
    const answer = await answers.ask(question)
    if (answer === undefined) return
    showAnswer(answer)
    if (fit !== 'none') map?.reveal(answer.items, fit)
    setBusy(false)
  } catch (error) {
    setBusy(false)
    answers.clear()
    showAnswer(answers.current())
    showError(error, () => ask())
  }
}

function setBusy(busy: boolean): void {
  cards.setBusy(busy)
  document.body.classList.toggle('is-busy', busy)
  if (!busy) return
  byId('summary-count').textContent = t('loading')
  if (answers.current().items.length === 0) {
    byId('notices').replaceChildren()
    cards.showLoading()
  }
}

function showAnswer(answer: Answer): void {
  cards.show(answer.items, vocabulary, saved.get(state.userId ?? '') ?? new Set())
  cards.setOpen(state.openPlace)
  map?.showItems(answer.items)
  map?.setOpen(state.openPlace)
  const count = answer.items.length
  const isMore = answer.nextPageToken !== undefined
  byId('summary-count').textContent = count === 0 ? '' : t(isMore ? 'countMore' : 'count', { count })
  byId('notices').replaceChildren(
    ...(answer.degraded.length === 0
      ? []
      : [createNotice({ icon: 'info', title: t('degraded'), lines: answer.degraded })]),
    ...(count === 0 ? [createEmpty(answer)] : []),
  )
  byId('more').replaceChildren(
    ...(isMore ? [button({ class: 'primary is-wide', id: 'show-more' }, () => void showMore(), t('more'))] : []),
  )
}

function createEmpty({ explanation }: Answer): HTMLElement {
  if (state.mode === 'search' && state.query === '') {
    return createNotice({ icon: 'search', title: t('searchEmptyTitle'), lines: [t('searchEmptyDetail')] })
  }
  if (state.mode === 'similar' && state.similarTo.length === 0) {
    return createNotice({ icon: 'similar', title: t('similarEmptyTitle'), lines: [t('similarEmptyDetail')] })
  }
  return createNotice({
    icon: 'info',
    title: t('emptyTitle'),
    lines: [explanation ?? t('emptyDetail')],
    offers: hasFilters(state) ? [{ label: t('clearFilters'), onPress: () => change(NO_FILTERS) }] : [],
  })
}

function showError(error: unknown, again: () => void): void {
  if (!(error instanceof Problem)) console.error(error)
  byId('summary-count').textContent = ''
  byId('notices').replaceChildren(
    createError(error, [
      { label: t('retry'), onPress: again },
      ...(hasFilters(state) ? [{ label: t('clearFilters'), onPress: () => change(NO_FILTERS) }] : []),
    ]),
  )
}

async function showMore(): Promise<void> {
  const before = answers.current().items.length
  const more = byId<HTMLButtonElement>('show-more')
  more.disabled = true
  more.textContent = t('moreLoading')
  try {
    const answer = await answers.more()
    if (answer === undefined) return
    showAnswer(answer)
    cards.focus(before)
  } catch (error) {
    showAnswer(answers.current())
    showError(error, () => ask())
  }
}

function point(id: string | undefined): void {
  cards.highlight(id)
  map?.highlight(id)
}

/** Opens a card (the map moves there, and it counts as a click), or closes it. */
function togglePlace(id: string): void {
  if (state.openPlace === id) {
    change({ openPlace: undefined })
    return
  }
  change({ openPlace: id })
  cards.reveal(id)
  const item = answers.current().items.find(({ place }) => place.id === id)
  const { lng, lat } = item?.place ?? {}
  if (lng !== undefined && lat !== undefined) map?.focusOn({ lng, lat })
  void act('click', id)
}

async function pressPlace(id: string): Promise<void> {
  if (answers.current().items.some(({ place }) => place.id === id)) {
    togglePlace(id)
    return
  }
  try {
    const place = await api.place(id, state.locale)
    const category = vocabulary.categories.get(place.categories[0] ?? '')
    map?.popup.show(place, category && nameOf(category))
    await act('click', id)
  } catch (error) {
    showError(error, () => pressPlace(id))
  }
}

function showSimilar(id: string): void {
  byId('panel').scrollTo({ top: 0 })
  change({ mode: 'similar', similarTo: [id], openPlace: undefined })
}

function savePlace(id: string): void {
  const who = state.userId ?? ''
  const mine = saved.get(who) ?? new Set()
  if (mine.has(id)) return
  saved.set(who, mine.add(id))
  cards.setSaved(id)
  void act('save', id)
}

/** Takes a place away at once, tells the service, and asks again for as many places as were shown. */
async function hidePlace(id: string): Promise<void> {
  const shown = answers.current().items
  const index = shown.findIndex(({ place }) => place.id === id)
  const limit = Math.min(MAX_LIMIT, Math.max(PAGE_SIZE, shown.length))
  showAnswer(answers.drop(id))
  cards.focus(index)
  if (state.userId === undefined) {
    memory = dislike(memory, id)
    saveMemory(sessionStorage, memory)
    people.showKnown(undefined, memory)
  } else if (!(await act('hide', id))) return
  toast(t('hidden', { name: shown[index]?.place.name ?? id }))
  await ask({ limit, fit: 'none' })
}

/** Records an action: as an event of the chosen user, or in the stranger's memory. False where that failed. */
async function act(type: EventType, placeId: string): Promise<boolean> {
  const { userId } = state
  if (userId === undefined) {
    memory = remember(memory, { placeId, type, at: new Date().toISOString() })
    saveMemory(sessionStorage, memory)
  } else {
    const origin = answers.current().origins.get(placeId)
    try {
      await api.sendEvent({ userId, type, placeId, ...origin })
      await people.refresh(userId)
    } catch (error) {
      showError(error, () => act(type, placeId))
      return false
    }
  }
  people.showKnown(state.userId, memory)
  unlearned++
  renderLearned()
  return true
}

function renderLearned(): void {
  const learned = byId('learned')
  learned.hidden = unlearned === 0
  learned.replaceChildren(
    h('span', {}, t('learned', { count: unlearned })),
    button({ class: 'pill', id: 'refresh' }, () => void ask({ fit: 'none' }), icon('refresh'), t('refresh')),
  )
}

/** Shows the area of the filter that changed; false where none did, or its outline is not known. */
function fitToFilter(before: PageState): boolean {
  const { region, spot, area, point: at, radiusMeters } = state
  const bounds =
    region !== undefined && region !== before.region
      ? regionBounds(vocabulary, region)
      : spot !== undefined && spot !== before.spot
        ? spotBounds(vocabulary, spot)
        : area?.kind === 'polygon' && area !== before.area
          ? boundsOf(areaRing(area))
          : at !== undefined && (at !== before.point || radiusMeters !== before.radiusMeters)
            ? boundsOf(circleRing({ ...at, radiusMeters }))
            : undefined
  if (bounds !== undefined) map?.fit(bounds)
  return bounds !== undefined
}

function listen(): void {
  const search = byId<HTMLInputElement>('search')
  const intent = byId<HTMLInputElement>('intent')
  byId('search-go').replaceChildren(icon('search'))
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault()
    const query = search.value.trim()
    if (query !== '') change({ mode: 'search', query, openPlace: undefined })
  })
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') cards.focus(0)
  })
  byId('intent-form').addEventListener('submit', (event) => {
    event.preventDefault()
    change({ intent: intent.value.trim() })
  })
  byId('language').addEventListener('click', () => {
    change({ locale: state.locale === 'ko' ? 'en' : 'ko' })
  })
  byId('search-here').addEventListener('click', () => void ask({ fit: 'none' }))
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault() // the hash is the state's
    cards.focus(0)
  })
  addEventListener('popstate', () => {
    const before = state
    state = { ...fromHash(location.hash, config.locale ?? 'ko'), view: state.view }
    follow(before, questionKey(before) !== questionKey(state))
  })
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement
    if (event.key === '/' && !target.matches('input, textarea, select')) {
      event.preventDefault()
      search.focus()
      search.select()
    }
    if (event.key === 'Escape') escape(target)
  })
}

/** Closes what is open, the topmost first: drawing, popup, card, search box. */
function escape(target: HTMLElement): void {
  if (map?.draw.active() !== undefined) map.draw.cancel()
  else if (map?.popup.close()) return
  else if (target.matches('input')) target.blur()
  else if (state.openPlace !== undefined) change({ openPlace: undefined })
}
