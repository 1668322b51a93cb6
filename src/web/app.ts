// The map page: holds the state, and wires list, map, filters and people to it and to the service.
// Leaves every part's own looks and ways to the files beside it.
import type { EventType } from '../domain/event.ts'
import type { LngLat } from '../domain/position.ts'
import { createAnswerView, keepFocus } from './answer-view.ts'
import { createAnswers, type Answer } from './answers.ts'
import { createApi, fetchConfig, type PageConfig } from './api.ts'
import { createCardList } from './cards.ts'
import { renderCourses } from './course-view.ts'
import { button, byId, fillTexts, h } from './dom.ts'
import type { Tool } from './draw.ts'
import { hasFilters, NO_FILTERS, renderChips, renderFilters, renderRadius } from './filters.ts'
import { nameOf } from './format.ts'
import { boundsOf, circleRing } from './geometry.ts'
import { icon } from './icons.ts'
import { createImpressions } from './impressions.ts'
import { askForKey } from './key-dialog.ts'
import { createMapView, type MapView } from './map.ts'
import { renderModes, renderPair } from './modes.ts'
import { createNotice, createToaster } from './notice.ts'
import { createPeople } from './people.ts'
import { areaRing, askedList, hasArea, searchedWords, toQuestion } from './question.ts'
import { createSession } from './session.ts'
import { createSheet } from './sheet.ts'
import {
  fromHash,
  initialState,
  questionKey,
  toHash,
  type FromPlaces,
  type Mode,
  type PageState,
} from './state.ts'
import { setLocale, t, type TextKey } from './texts.ts'
import { renderToolbar } from './toolbar.ts'
import { loadVocabulary, regionBounds, spotBounds, vocabularyBounds, type Vocabulary } from './vocabulary.ts'

const PAGE_SIZE = 10
/** What asks around the middle of the map while no point is set. */
const FOLLOWS_MAP: ReadonlySet<Mode> = new Set(['nearby', 'themes', 'courses'])
const MAX_LIMIT = 100 // of one request (domain/recommendation.ts)
const KOREA = [124.5, 33, 131, 38.7] as const

let config: PageConfig = {}
let state = fromHash(location.hash, 'ko')
let vocabulary: Vocabulary = { regions: new Map(), spots: new Map(), categories: new Map() }
let map: MapView | undefined
/** Where "nearby" is while no point is set: the middle of the map as the reader, not the page, last moved it. */
let centre: LngLat | undefined
/** Of places met so far, by id. */
const placeNames = new Map<string, string>()
const themeTitles = new Map<string, string>()

const api = createApi(askForKey)
const answers = createAnswers(api)
const session = createSession(api, sessionStorage)
const impressions = createImpressions(byId('list'), (batch) => api.sendImpressions(batch))
const toast = createToaster(byId('toast'))
const sheet = createSheet(byId<HTMLButtonElement>('grip'))

const cards = createCardList(byId<HTMLOListElement>('list'), {
  open: togglePlace,
  startFrom,
  save: (id) => void savePlace(id),
  hide: (id) => void hidePlace(id),
  replace: (id) => void replaceStop(id),
  openTheme: (theme) => change({ theme, openPlace: undefined }),
  point,
})

const view = createAnswerView(cards, {
  more: () => void showMore(),
  clearFilters: () => (hasFilters(state) ? () => change(NO_FILTERS) : undefined),
})

const people = createPeople({
  select: byId<HTMLSelectElement>('who'),
  known: byId('known'),
  api,
  categories: () => vocabulary.categories,
  onChoose: (userId) => change({ userId, openPlace: undefined }),
  onForget() {
    session.forget()
    people.showKnown(state.userId, session.memory())
    void ask()
  },
})

listen()
await start()

async function start(): Promise<void> {
  cards.showLoading()
  try {
    config = await fetchConfig()
    state = fromHash(location.hash, config.locale ?? 'ko')
    applyLocale()
    render()
    vocabulary = await loadVocabulary(api)
    const bounds = (await api.bounds()) ?? vocabularyBounds(vocabulary) ?? KOREA
    centre = state.view ?? { lng: (bounds[0] + bounds[2]) / 2, lat: (bounds[1] + bounds[3]) / 2 }
    map ??= await startMap(state.view ?? bounds)
  } catch (error) {
    view.showError(error, () => void start())
    return
  }
  render()
  void people
    .load()
    .then(() => people.showKnown(state.userId, session.memory()))
    .catch((error: unknown) => view.showError(error, () => void start()))
  const isLookingThere = state.view !== undefined || fitToFilter(initialState(state.locale))
  await ask({ fit: isLookingThere ? 'none' : 'all' })
}

async function startMap(startAt: Parameters<typeof createMapView>[0]['start']): Promise<MapView | undefined> {
  try {
    const created = await createMapView({
      container: byId('map'),
      hint: byId('hint'),
      api,
      styleUrl: config.mapStyle,
      start: startAt,
      actions: {
        openPlace: togglePlace,
        pressPlace: (id) => void pressPlace(id),
        pressSpot: (spot) => change({ spot: spot === state.spot ? undefined : spot }),
        startFrom,
        save: (id) => void savePlace(id),
        point,
        setPoint: (at) => change({ point: at }),
        setArea: (area) => change({ area }),
        toolChanged: renderTools,
        moved(seen, byReader) {
          state = { ...state, view: seen }
          history.replaceState(null, '', toHash(state))
          if (!byReader) return
          centre = seen
          byId('search-here').hidden = !FOLLOWS_MAP.has(state.mode) || hasArea(state)
        },
      },
    })
    created.showLabels(vocabulary)
    return created
  } catch (error) {
    console.warn(error)
    const missing = createNotice({ icon: 'info', title: t('mapMissing'), lines: [t('mapMissingDetail')] })
    byId('map').replaceChildren(missing)
    return undefined
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
  keepFocus(render)
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
  placeNames.clear()
  themeTitles.clear()
  map?.showLabels(vocabulary)
  map?.relabel()
}

/** Brings every part but the answer in line with the state. */
function render(): void {
  renderModes(byId('modes'), byId('answer'), state.mode, (mode) => change({ mode, theme: undefined }))
  renderPair(byId('pair'), state.mode, (mode) => change({ mode, openPlace: undefined }))
  renderFilters(byId('filters'), state, vocabulary, change)
  renderRadius(byId('radius-row'), state, change)
  renderChips(byId('chips'), state, vocabulary, change)
  renderTools(map?.draw.active())
  renderTitle()
  people.choose(state.userId)
  people.showKnown(state.userId, session.memory())
  byId<HTMLInputElement>('search').value = state.query
  byId<HTMLInputElement>('intent').value = state.intent
  byId('intent-form').hidden = state.mode !== 'taste'
  map?.showState(state)
  cards.setOpen(state.openPlace)
  map?.setOpen(state.openPlace)
}

function renderTitle(): void {
  const [place] = state.startPlaces
  const about = (none: TextKey, some: TextKey) =>
    place === undefined ? t(none) : t(some, { name: nameOfPlace(place) })
  const title = {
    nearby: () => t('nearbyTitle'),
    taste: () => t('tasteTitle'),
    themes: () =>
      state.theme === undefined ? t('themesTitle') : (themeTitles.get(state.theme) ?? t('themes')),
    courses: () => t('coursesTitle'),
    search: () => (state.query === '' ? t('search') : t('searchTitle', { query: state.query })),
    similar: () => about('similar', 'similarTitle'),
    together: () => about('together', 'togetherTitle'),
  }[state.mode]
  byId('summary-title').textContent = title()
}

/** The name of a place; for now its id where the name has to be fetched first. */
function nameOfPlace(id: string): string {
  const name = placeNames.get(id)
  if (name === undefined) {
    placeNames.set(id, id)
    void fetchName(id)
  }
  return name ?? id
}

async function fetchName(id: string): Promise<void> {
  try {
    placeNames.set(id, nameOf(await api.place(id, state.locale)))
    renderTitle()
  } catch {
    // An id that is not known (an old link): the answer to what is like it says so.
  }
}

function renderTools(active: Tool | undefined): void {
  byId('tools').hidden = map === undefined && active === undefined
  renderToolbar(byId('tools'), active, {
    toggle: (tool) => map?.draw.toggle(tool),
    useView: () => map && change({ area: { kind: 'box', bbox: map.bounds() } }),
  })
}

interface AskOptions {
  /** How many places to ask for; a refresh asks for as many as are shown. */
  readonly limit?: number
  /** Whether the map may move to show the answer: all of it, or what is out of sight. */
  readonly fit?: 'all' | 'unseen' | 'none'
}

async function ask({ limit = PAGE_SIZE, fit = 'unseen' }: AskOptions = {}): Promise<void> {
  const question = toQuestion(state, { memory: session.memory(), centre, limit })
  session.learn()
  renderLearned()
  byId('search-here').hidden = true
  if (question === undefined) {
    answers.clear()
    view.setBusy(false)
    showAnswer(answers.current())
    return
  }
  view.setBusy(true)
  try {
    const answer = await answers.ask(question)
    if (answer === undefined) return
    showAnswer(answer)
    if (fit !== 'none') map?.reveal(answer.items, fit)
  } catch (error) {
    answers.clear()
    showAnswer(answers.current())
    view.showError(error, () => void ask())
  }
  view.setBusy(false)
}

async function showMore(): Promise<void> {
  const before = answers.current().items.length
  view.setBusy(true)
  try {
    const answer = await answers.more()
    if (answer === undefined) return
    showAnswer(answer)
    cards.focus(before)
  } catch (error) {
    view.showError(error, () => void showMore())
  }
  view.setBusy(false)
}

function showAnswer(answer: Answer): void {
  for (const { place } of answer.items)
    placeNames.set(place.id ?? '', nameOf({ ...place, name: place.name ?? '' }))
  const isWaiting = toQuestion(state, { memory: session.memory(), limit: PAGE_SIZE }) === undefined
  view.show(answer, {
    vocabulary,
    saved: session.savedBy(state.userId),
    openPlace: state.openPlace,
    waiting: isWaiting ? state.mode : undefined,
  })
  for (const { shelf } of answer.items) if (shelf !== undefined) themeTitles.set(shelf.id, shelf.title)
  renderCourses(byId('course'), answer.courses, answer.course, (course) => {
    showAnswer(answers.chooseCourse(course))
    map?.reveal(answers.current().items, 'unseen')
  })
  impressions.watch(answer, askedList(state))
  map?.showItems(answer.items)
  map?.showWay(wayOf(answer))
  map?.setOpen(state.openPlace)
}

/** From where one sets out through the stops of the shown course. */
function wayOf({ courses, items }: Answer): [number, number][] | undefined {
  if (courses.length === 0) return undefined
  const start = state.point === undefined ? [] : [state.point]
  return [...start, ...items.map(({ place }) => place)].map(({ lng = 0, lat = 0 }) => [lng, lat])
}

/** Another place for a stop of the course; the others stay. */
async function replaceStop(id: string): Promise<void> {
  const stop = answers.current().items.findIndex(({ place }) => place.id === id)
  view.setBusy(true)
  try {
    const answer = await answers.replaceStop(stop)
    if (answer === undefined) toast(t('noReplacement'))
    else showAnswer(answer)
    cards.focus(stop)
  } catch (error) {
    view.showError(error, () => void replaceStop(id))
  }
  view.setBusy(false)
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
    placeNames.set(id, nameOf(place))
    const category = vocabulary.categories.get(place.categories[0] ?? '')
    map?.popup.show(place, category && nameOf(category))
    await act('click', id)
  } catch (error) {
    view.showError(error, () => void pressPlace(id))
  }
}

/** What is like a place, or goes with it. */
function startFrom(id: string, mode: FromPlaces): void {
  byId('panel').scrollTo({ top: 0 })
  change({ mode, startPlaces: [id], openPlace: undefined })
}

async function savePlace(id: string): Promise<void> {
  if (session.savedBy(state.userId).has(id) || !(await act('save', id))) return
  cards.setSaved(id)
  toast(t('saved', { name: nameOfPlace(id) }))
}

/** Takes a place away at once, tells the service, and asks again for as many places as were shown. */
async function hidePlace(id: string): Promise<void> {
  const shown = answers.current().items
  const index = shown.findIndex(({ place }) => place.id === id)
  const { recommendationId, position } = answers.current().origins.get(id) ?? {}
  showAnswer(answers.drop(id))
  cards.focus(index)
  if (!(await act('hide', id, { recommendationId, position }))) return
  toast(t('hidden', { name: nameOfPlace(id) }))
  await ask({ limit: Math.min(MAX_LIMIT, Math.max(PAGE_SIZE, shown.length)), fit: 'none' })
}

/** Records an action and shows that it counts. False where the service did not take it; the page says why. */
async function act(
  type: EventType,
  placeId: string,
  origin: object | undefined = answers.current().origins.get(placeId),
): Promise<boolean> {
  const { userId } = state
  try {
    await impressions.acted(placeId)
    await session.record({ userId, type, placeId, ...searchedWords(state), ...origin })
    if (userId !== undefined) await people.refresh(userId)
  } catch (error) {
    view.showError(error, () => void act(type, placeId, origin))
    return false
  }
  people.showKnown(state.userId, session.memory())
  renderLearned()
  return true
}

function renderLearned(): void {
  const learned = byId('learned')
  const count = session.unlearned()
  learned.hidden = count === 0
  keepFocus(() =>
    learned.replaceChildren(
      h('span', {}, t('learned', { count })),
      button(
        { class: 'pill', id: 'refresh' },
        () => void ask({ fit: 'none' }),
        icon('refresh'),
        t('refresh'),
      ),
    ),
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
  byId('language').addEventListener('click', () => change({ locale: state.locale === 'ko' ? 'en' : 'ko' }))
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
    if (event.key === 'Escape') closeTopmost(target)
  })
}

/** Closes what is open, the topmost first: drawing, popup, search box, card. */
function closeTopmost(target: HTMLElement): void {
  if (map?.draw.active() !== undefined) map.draw.cancel()
  else if (map?.popup.close()) return
  else if (target.matches('input')) target.blur()
  else if (state.openPlace !== undefined) change({ openPlace: undefined })
}
