// POST /v1/themes and /v1/themes/{id}: shelves of an area, chosen for time and user, no two of the same places; and one theme.
// Leaves what belongs to a theme to theme.ts, order to the ranker, words to reasons.ts.
import type { PlaceKeyword } from '../../domain/keyword.ts'
import { localName, type Locale } from '../../domain/names.ts'
import type { Place } from '../../domain/place.ts'
import type { Recommendation } from '../../domain/recommendation.ts'
import type { Shelf, Shelves, ThemeRequest, ThemesRequest } from '../../domain/theme.ts'
import { DongneError } from '../../errors.ts'
import { offsetMinutes, timeZoneAt } from '../../geo/time-zone.ts'
import { particleAfter } from '../../text/particles.ts'
import { normalizeText, wordsOf } from '../../text/words.ts'
import type { Filter } from '../../vector-index/filter.ts'
import { explainEmpty, originOf } from '../answer.ts'
import { finish, question, rankFor, type Question } from '../calls.ts'
import { nearestCandidates, popularCandidates } from '../candidates/area.ts'
import { mergeCandidates, toCandidates, type Candidate } from '../candidates/candidate.ts'
import { vectorCandidates } from '../candidates/vector.ts'
import { EXPLANATION_TEXTS } from '../reasons/explanation-texts.ts'
import type { Live } from '../live/live.ts'
import { isShown, nextPageToken } from '../page.ts'
import type { Ranked } from '../ranking/rank.ts'
import { diversified } from '../re-rank/diversity.ts'
import { tagName } from '../reasons/tag-names.ts'
import {
  isErrand,
  isInSeason,
  matchTheme,
  minedId,
  parseMinedId,
  type CuratedTheme,
  type MinedTheme,
} from './theme.ts'

/** The head of a shelf, which people see. */
const DIVERSIFIED = 60
/** Fewer places are no shelf. */
const MIN_PLACES = 3
/** At most this share of a shelf's places stand on an earlier one. */
const MAX_OVERLAP = 1 / 3
/** A tag or keyword makes a shelf where it tells places apart: not of more than this share of the pool. */
const MAX_MINED_SHARE = 0.2
/** How far around a point there is a shelf; doubled until there are enough places. */
const REACH_METERS = 1000
const WIDENINGS = 4
const ENOUGH_PLACES = 150
/** A shelf is worth the scores of its first places; a curated one this much more: somebody thought about it. */
const CURATED_BONUS = 0.15
/** The same for a theme that is told for hours or months, and it is one of them. */
const TIMELY_BONUS = 0.1
/** Places of a theme that are looked for by its words, tag or keyword, beside the popular, fitting and near ones. */
const THEME_POOL = 600

interface Filled {
  readonly id: string
  readonly source: Shelf['source']
  readonly title: Readonly<Record<Locale, string>>
  readonly entries: readonly Ranked[]
  readonly value: number
}

export async function themes(
  live: Live,
  curated: readonly CuratedTheme[],
  request: ThemesRequest,
  signal?: AbortSignal,
): Promise<Shelves> {
  const { limit, ...asked } = request
  // Pages are of shelves: a shelf's places are those that the first page would show.
  const whole = await question('themes', live, { ...asked, limit }, request.at, signal)
  const filter = await reachable(whole, request)
  const pool = await rankFor(whole, await poolOf(whole, filter))
  const ranked = pool.filter(({ place }) => !isErrand(place, live.vocabulary))
  const shelves = choose(
    [...curatedShelves(live, curated, ranked, request.at), ...minedShelves(live, ranked)],
    request.placesPerTheme,
  )
  const rest = shelves.filter(({ id }) => !isShown(whole.page, id))
  const shown = rest.slice(0, limit)
  const items = await Promise.all(
    shown.map(async ({ id, source, title, entries }): Promise<Shelf> => {
      const one = {
        ...whole,
        page: { ...whole.page, shown: NOTHING },
        request: { ...whole.request, limit: request.placesPerTheme },
      }
      // Re-ranked among themselves: no other shelf shows them.
      const { items: places } = await finish(one, filter, entries.slice(0, request.placesPerTheme))
      return { id, source, title: title[request.locale], places: entries.length, items: places }
    }),
  )
  const ids = shown.map(({ id }) => id)
  const nextToken = rest.length > shown.length ? nextPageToken(request, whole.page, ids) : undefined
  const explanation = shelves.length === 0 ? await explainNone(whole, filter, ranked.length) : undefined
  return {
    recommendationId: whole.page.recommendationId,
    items,
    ...(nextToken !== undefined && { nextPageToken: nextToken }),
    ...(explanation !== undefined && { explanation }),
  }
}

const NOTHING: ReadonlySet<number> = new Set()

/** One theme's places in an area, best first. Throws unknown-theme. */
export async function theme(
  live: Live,
  curated: readonly CuratedTheme[],
  id: string,
  request: ThemeRequest,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question('themes', live, request, request.at, signal)
  const known = curated.find((each) => each.id === id)
  const mined = parseMinedId(id)
  if (known === undefined && mined === undefined) {
    throw new DongneError('unknown-theme', `No theme has the id "${id}".`)
  }
  const filter = await reachable(asked, request)
  const candidates =
    known === undefined
      ? await minedCandidates(asked, filter, mined!)
      : await curatedCandidates(asked, filter, known)
  const ranked = await rankFor(asked, candidates)
  const members = known === undefined ? ranked : ranked.flatMap((entry) => member(live, known, entry))
  const restricted =
    mined?.kind === 'tag' ? { ...filter, tags: [...(filter.tags ?? []), mined.value] } : filter
  return finish(asked, restricted, members)
}

/** The filter of the question; around a point alone, within the smallest circle that has enough. */
async function reachable({ live, filter }: Question, { near, where }: ThemeRequest): Promise<Filter> {
  if (near === undefined || Object.keys(where).length > 0) return filter
  let radiusMeters = REACH_METERS
  for (let widening = 0; ; widening++) {
    const circle = { lng: near.lng, lat: near.lat, radiusMeters }
    const narrowed = { ...filter, circle }
    if (widening === WIDENINGS || (await live.index.count(narrowed)) >= ENOUGH_PLACES) return narrowed
    radiusMeters *= 2
  }
}

async function poolOf({ live, context, request, signal }: Question, filter: Filter): Promise<Candidate[]> {
  return mergeCandidates(
    ...(await Promise.all([
      popularCandidates(live, filter, signal),
      vectorCandidates(live, 'taste', context.vector, filter, signal),
      nearestCandidates(live, filter, originOf(request), signal),
    ])),
  )
}

function member(live: Live, theme: CuratedTheme, entry: Ranked): Ranked[] {
  const terms = matchTheme(theme, entry.place, live.vocabulary)
  // What it matches is the evidence of its reason.
  return terms === undefined ? [] : [{ ...entry, candidate: { ...entry.candidate, terms } }]
}

function curatedShelves(
  live: Live,
  curated: readonly CuratedTheme[],
  ranked: readonly Ranked[],
  at: number,
): Filled[] {
  if (ranked.length === 0) return []
  const { hour, month } = localTime(at, ranked[0].place)
  return curated
    .filter((each) => isInSeason(each, hour, month))
    .flatMap((each) => {
      const entries = ranked.flatMap((entry) => member(live, each, entry))
      const timely = each.hours !== undefined || each.months !== undefined ? TIMELY_BONUS : 0
      return filled(each.id, 'curated', each.title, entries, CURATED_BONUS + timely)
    })
}

/** What several places of the pool have in common and most have not: their own tags, and keywords of their reviews. */
function minedShelves(live: Live, ranked: readonly Ranked[]): Filled[] {
  const groups = new Map<string, { theme: MinedTheme; title: Filled['title']; entries: Ranked[] }>()
  for (const entry of ranked) {
    for (const [theme, name, names] of minedOf(entry.place)) {
      const id = minedId(theme)
      if (!groups.has(id)) groups.set(id, { theme, title: minedTitle(theme, name, names, live), entries: [] })
      groups.get(id)!.entries.push({ ...entry, candidate: { ...entry.candidate, terms: termsOf(name) } })
    }
  }
  return [...groups].flatMap(([id, { theme, title, entries }]) =>
    entries.length > MAX_MINED_SHARE * ranked.length ? [] : filled(id, theme.kind, title, entries, 0),
  )
}

function minedOf({
  tags = [],
  keywords = [],
}: Place): (readonly [MinedTheme, string, PlaceKeyword['names']?])[] {
  return [
    ...tags.map((tag) => [{ kind: 'tag', value: tag } as const, tag] as const),
    ...keywords
      .filter(({ negative }) => negative !== true)
      .map(({ id, name, names }) => [{ kind: 'keyword', value: id } as const, name, names] as const),
  ]
}

const termsOf = (name: string) => [normalizeText(name), ...wordsOf(name)]

function minedTitle(
  { kind }: MinedTheme,
  name: string,
  names: PlaceKeyword['names'],
  live: Live,
): Filled['title'] {
  if (kind === 'tag') return { ko: `#${name}`, en: `#${tagName(name, live, 'en') ?? name}` }
  const said = localName({ name, names }, 'ko')
  return {
    ko: `“${said}”${particleAfter(said, '이라/라')}고들 하는 곳`,
    en: `People say “${localName({ name, names }, 'en')}”`,
  }
}

function filled(
  id: string,
  source: Shelf['source'],
  title: Filled['title'],
  entries: readonly Ranked[],
  bonus: number,
): Filled[] {
  if (entries.length < MIN_PLACES) return []
  const first = entries.slice(0, 2 * MIN_PLACES)
  const value = bonus + first.reduce((sum, { score }) => sum + score, 0) / first.length
  return [{ id, source, title, entries: diversified(entries, DIVERSIFIED), value }]
}

/** The best shelves first, each with enough places that no earlier one shows. Ties by id. */
function choose(shelves: readonly Filled[], placesPerTheme: number): Filled[] {
  const chosen: Filled[] = []
  const shown: ReadonlySet<string>[] = []
  const sorted = shelves.toSorted((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
  for (const shelf of sorted) {
    const ids = new Set(shelf.entries.slice(0, placesPerTheme).map(({ place }) => place.id))
    const isNew = shown.every(
      (other) => ids.intersection(other).size <= MAX_OVERLAP * Math.min(ids.size, other.size),
    )
    if (!isNew) continue
    chosen.push(shelf)
    shown.push(ids)
  }
  return chosen
}

/** The pool of the area, and what the theme's words find further down. */
async function curatedCandidates(
  asked: Question,
  filter: Filter,
  { all }: CuratedTheme,
): Promise<Candidate[]> {
  const { live, signal } = asked
  const words = await live.words.search(all.flat().join(' '), filter, THEME_POOL, signal)
  const found = (words ?? []).map(({ id }) => ({ id, scores: {} }))
  return mergeCandidates(await poolOf(asked, filter), found)
}

/** Throws unknown-theme for a keyword that no place has. */
async function minedCandidates(
  { live, signal }: Question,
  filter: Filter,
  { kind, value }: MinedTheme,
): Promise<Candidate[]> {
  if (kind === 'tag') {
    const tagged = { ...filter, tags: [value] }
    const hits = await live.index.list({ filter: tagged, order: { by: 'popularity' }, k: THEME_POOL, signal })
    return toCandidates('popular', hits).map((candidate) => ({ ...candidate, terms: termsOf(value) }))
  }
  const found = await live.catalog.placesOfKeyword(value, THEME_POOL)
  if (found.length === 0) throw new DongneError('unknown-theme', `No place has the keyword "${value}".`)
  const ids = await live.index.matching(
    found.map(({ placeId }) => placeId),
    filter,
  )
  const places = await live.places(ids)
  return ids.map((id) => {
    const name = places.get(id)?.keywords?.find((keyword) => keyword.id === value)?.name
    return { id, scores: {}, ...(name !== undefined && { terms: termsOf(name) }) }
  })
}

async function explainNone(
  { live, request, context }: Question,
  filter: Filter,
  places: number,
): Promise<string> {
  if (places > 0) return EXPLANATION_TEXTS[request.locale].noThemes(places)
  return explainEmpty({ live, request, filter, leftOut: { disliked: context.dislikes } })
}

function localTime(at: number, place: Place): { hour: number; month: number } {
  const local = new Date(at + offsetMinutes(at, timeZoneAt(place)) * 60_000)
  return { hour: local.getUTCHours() + local.getUTCMinutes() / 60, month: local.getUTCMonth() + 1 }
}
