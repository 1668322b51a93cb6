// Why a place is in the answer: every reason names the evidence it rests on, and none is given without.
// Leaves wording to reason-texts.ts, scores to rank.ts.
import type { Quote } from '../../domain/keyword.ts'
import { EVENT_STRENGTHS } from '../../domain/event.ts'
import { localName, type Locale } from '../../domain/names.ts'
import type { Place } from '../../domain/place.ts'
import type { Reason } from '../../domain/recommendation.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { timeZoneAt } from '../../geo/time-zone.ts'
import { likeness, likenesses } from '../../graph/model.ts'
import { COUNTED_TYPES } from '../live/activity.ts'
import type { Candidate } from '../candidates/candidate.ts'
import type { Live } from '../live/live.ts'
import type { SlotOf } from '../context/local-slots.ts'
import { once } from '../once.ts'
import { partOfWeek } from '../ranking/habits.ts'
import { openState } from '../context/open-state.ts'
import type { Features, Ranked } from '../ranking/rank.ts'
import type { Attribute } from '../../text/concepts.ts'
import { isOf, quoteOf } from '../query/evidence.ts'
import { normalizeText, quoteWord } from '../../text/words.ts'
import { REASON_TEXTS } from './reason-texts.ts'
import { quoteReview } from './review-quotes.ts'
import { isForeign, tagName } from './tag-names.ts'
import { tellingStems } from '../../text/telling-words.ts'
import type { ActedPlace, UserContext } from '../context/user-context.ts'

const MAX_REASONS = 3
/** Below this cosine two places are not called alike, whatever they share. */
const LIKE_COSINE = 0.5
/** Acted places compared with each item: the newest are the ones a user remembers. */
const COMPARED_PLACES = 50
/** A habit: at least this share of a user's strength, over at least so many places. */
const HABIT_SHARE = 0.15
const HABIT_PLACES = 3
/** "Many" is a place in the top fifth of the candidates. */
const BUSY_FEATURE_RANK = 0.2
const MIN_RECENT = 3
/** And have been there at this part of the week, whenever, as often as this: what one passer-by does is no custom. */
const MIN_BUSY_STRENGTH = 3 * EVENT_STRENGTHS.visit
/** A keyword of so many of a user's places is what they choose them for. */
const USUAL_PLACES = 2
/** And of so large a share of those that have keywords: with many places some keyword always comes twice. */
const USUAL_SHARE = 0.15
/** Chosen twice of ten times shown, or by three people where exposures are not sent. */
const SEARCHED = 0.2
/** About an area's width (ranking/habits.ts). */
const USUAL_AREA_METERS = 1000
/** Further is no reason to go on foot. */
const WALKABLE_METERS = 1500

export interface ReasonContext {
  readonly live: Live
  readonly context: UserContext
  /** Places of `context.acted`, by id. */
  readonly actedPlaces: ReadonlyMap<string, Place>
  /** The places that the request asked about. */
  readonly asked?: readonly { readonly place: Place; readonly vector: Float32Array }[]
  /** What the request's words asked for. */
  readonly attributes?: readonly Attribute[]
  /** Kinds that they asked for, by whichever word. */
  readonly categories?: readonly { readonly code: string }[]
  /** The words of the query or intent, mended and without what they deny. */
  readonly wanted?: string | undefined
  readonly slotOf: SlotOf
  readonly now: number
  readonly locale: Locale
  /** Kinds that the answer tells in another way. */
  readonly told?: readonly Reason['kind'][]
  /** All candidates: "many" is relative to them. */
  readonly ranked: readonly Ranked[]
}

/** A function from a ranked place to its reasons, the most telling first. */
export function createReasons(options: ReasonContext): (entry: Ranked) => Reason[] {
  const { live, context, slotOf, now, locale, asked, told = [], ranked } = options
  const texts = REASON_TEXTS[locale]
  // Both features grow with what they are of, among the candidates of one list.
  const busyThreshold = once(() => topThreshold(ranked, 'popularNow', BUSY_FEATURE_RANK))
  const busierHalf = once(() => topThreshold(ranked, 'popularity', 0.5))
  const nearestActed = asked === undefined ? nearestOf(context.acted.slice(0, COMPARED_PLACES)) : undefined
  const nearestAsked = asked && nearestOf(asked)
  const attributeWords = (options.attributes ?? []).flatMap(({ evidence, words }) => evidence ?? words)
  const wantedStems = [...tellingStems(options.wanted ?? ''), ...attributeWords.map(normalizeText)]
  let usual = usualOf.get(options.actedPlaces)
  if (usual === undefined) usualOf.set(options.actedPlaces, (usual = usualKeywords(options.actedPlaces)))

  /** What can be said of any place: the least of what brought it here. */
  function plain({ place, candidate, features, vector }: Ranked): Reason {
    if (candidate.scores.text !== undefined) return { kind: 'similar-place', text: texts.likeWords }
    if (context.vector !== undefined && likeness(context.vector, vector) > 0)
      return { kind: 'taste', text: texts.likeYours }
    if (live.activity.actions(place.id) === 0) return { kind: 'new', text: texts.fresh }
    return { kind: 'popular', text: features.popularity >= busierHalf() ? texts.busier : texts.visited }
  }

  return (entry) => {
    const { place, candidate, features, distanceMeters } = entry
    const area = live.vocabulary.areaName(place, locale)
    const reasons: Reason[] = []
    /** What the reader cannot read: said where there is nothing else but what holds for many. */
    const unread: Reason[] = []

    const byWords = textMatches(place, candidate.terms ?? [], live, locale)
    // Whoever is of the kind answers a question for it, found by its word or not, and whichever word was asked with.
    const matches = byWords.length > 0 ? byWords : kindMatches(place, options.categories ?? [], live, locale)
    // That it is a café, or there, is what all of them are: what was asked for besides says more.
    const isTelling = matches.some(({ field }) => field !== 'category' && field !== 'address')
    const quote = isTelling ? undefined : quoteOf(place, options.attributes ?? [])
    for (const { field, words: found } of quote === undefined ? matches : [quote]) {
      const words = (field === 'tag' ? tagName(found, live, locale) : undefined) ?? found
      const text = texts.match(field, words)
      // Between the quotes: 소개 may be found in a 소개.
      const start = text.indexOf(`“${words}”`) + 1
      // A name is itself everywhere, and who asked in Korean reads it.
      const isRead = field === 'name' || !isForeign(words, locale) || isForeign(options.wanted ?? '', locale)
      const highlights = [{ start, end: start + words.length }]
      ;(isRead ? reasons : unread).push({ kind: 'text-match', text, highlights })
    }
    const said = saidInReviews(place, wantedStems, usual, locale)
    if (said !== undefined) reasons.push(said)
    const joined = asked?.find(({ place: { id } }) => id === candidate.together?.of)
    if (joined !== undefined) {
      reasons.push(...togetherReasons(candidate.together!, joined.place, locale))
    } else if (asked !== undefined && candidate.scores.similar !== undefined) {
      const nearest = nearestAsked!(entry.vector)
      if (nearest !== undefined && nearest.cosine > 0) {
        const name = localName(nearest.of.place, locale)
        const shared = describeShared(nearest.of.place, place, live, locale)
        reasons.push({
          kind: 'similar-place',
          text: texts.likeAsked(name, shared),
          placeIds: [nearest.of.place.id],
        })
      }
    } else if (nearestActed !== undefined) {
      const like = actedLike(nearestActed, entry, options)
      if (like !== undefined) reasons.push(like)
    }
    if ((candidate.scores['after-search'] ?? 0) >= SEARCHED) {
      reasons.push({ kind: 'popular', text: texts.afterSearch })
    }
    const habit = habitOf(place, context, options.actedPlaces)
    if (habit !== undefined) {
      const category = live.vocabulary.categoryName(habit.code, locale)
      const favourite = { kind: 'taste', text: texts.favourite(category, habit.share) } as const
      ;(isForeign(category, locale) ? unread : reasons).push(favourite)
    }
    for (const type of COUNTED_TYPES) {
      const count = live.activity.recentCount(place.id, type, now)
      if (count < MIN_RECENT) continue
      reasons.push({ kind: 'popular', text: texts.recent(type, count) })
      break
    }
    if (features.popularNow > 0 && features.popularNow >= busyThreshold()) {
      const slot = slotOf(timeZoneAt(place))
      const done = live.activity.everIn(live.activity.of(place.id), slot)
      if (done >= MIN_BUSY_STRENGTH) {
        reasons.push({ kind: 'popular-now', text: texts.busySlot(slot, area) })
      }
    }
    const walks = distanceMeters !== undefined && distanceMeters <= WALKABLE_METERS
    if (walks) {
      reasons.push({ kind: 'distance', text: texts.distance(distanceMeters) })
    }
    const part = partOfWeek(now, place.lng)
    const usualArea = context.past.habits.areas[part]
    if (!walks && usualArea !== undefined && haversineMeters(usualArea, place) <= USUAL_AREA_METERS) {
      reasons.push({ kind: 'distance', text: texts.usualArea(part) })
    }
    if (openState(place, now) === true) reasons.push({ kind: 'open', text: texts.open })
    // Where nobody has been anywhere, it says nothing of a place.
    if (live.activity.places > 0 && live.activity.actions(place.id) === 0)
      reasons.push({ kind: 'new', text: texts.fresh })
    const untold = (given: readonly Reason[]) => given.filter(({ kind }) => !told.includes(kind))
    const left = untold(reasons)
    if (left.every(({ kind }) => kind === 'open' || kind === 'new')) left.unshift(...untold(unread))
    // Nothing stands out, for many are open: say what put it on the list.
    if (left.every(({ kind }) => kind === 'open')) left.unshift(plain(entry))
    return left.slice(0, MAX_REASONS)
  }
}

/** What joins a place to one that was asked about. */
function togetherReasons(
  { next, before, looks }: NonNullable<Candidate['together']>,
  asked: Place,
  locale: Locale,
): Reason[] {
  const texts = REASON_TEXTS[locale]
  const name = localName(asked, locale)
  const said = [
    ...(next > 0 ? [texts.wentNext(name, next)] : []),
    ...(before > 0 ? [texts.cameFrom(name, before)] : []),
    // A visit is a look too.
    ...(looks > next + before ? [texts.lookedAtBoth(name, looks)] : []),
  ]
  const all = said.length > 0 ? said : [texts.samePeople(name)]
  return all.slice(0, 2).map((text) => ({ kind: 'together', text, placeIds: [asked.id] }))
}

/** The user's own place that is most like this one, if they are alike and have something to name in common. */
function actedLike(
  nearestActed: NearestOf<ActedPlace>,
  entry: Ranked,
  options: ReasonContext,
): Reason | undefined {
  const { live, locale, actedPlaces } = options
  const nearest = nearestActed(entry.vector, ({ placeId }) => placeId !== entry.place.id)
  if (nearest === undefined || nearest.cosine < LIKE_COSINE) return undefined
  const place = actedPlaces.get(nearest.of.placeId)
  const shared = place && describeShared(place, entry.place, live, locale)
  if (place === undefined || shared === undefined) return undefined
  const text = REASON_TEXTS[locale].likeActed(nearest.of.type, localName(place, locale), shared)
  return { kind: 'similar-place', text, placeIds: [place.id] }
}

/** @param counts all where absent; the nearest of those that count, undefined where none does */
type NearestOf<T> = (
  vector: Float32Array,
  counts?: (other: T) => boolean,
) => { of: T; cosine: number } | undefined

function nearestOf<T extends { readonly vector: Float32Array }>(others: readonly T[]): NearestOf<T> {
  const vectors = others.map(({ vector }) => vector)
  const cosines = new Float64Array(others.length)
  return (vector, counts) => {
    likenesses(vector, vectors, cosines)
    let best = -1
    for (let i = 0; i < cosines.length; i++) {
      if ((best < 0 || cosines[i] > cosines[best]) && (counts === undefined || counts(others[i]))) best = i
    }
    return best < 0 ? undefined : { of: others[best], cosine: cosines[best] }
  }
}

/** The shared category and up to two shared tags, in words of the locale; one tag alone is no likeness. */
function describeShared(a: Place, b: Place, live: Live, locale: Locale): string | undefined {
  const category = a.categories.find((code) => b.categories.includes(code))
  const name = category === undefined ? undefined : live.vocabulary.categoryName(category, locale)
  const categories = name === undefined || isForeign(name, locale) ? [] : [name]
  const shared = (a.tags ?? []).filter((tag) => b.tags?.includes(tag))
  const tags = new Set(shared.map((tag) => tagName(tag, live, locale)).filter((tag) => tag !== undefined))
  if (categories.length === 0 && tags.size < 2) return undefined
  return [...categories, ...[...tags].slice(0, 2).map((tag) => `#${tag}`)].join(' ')
}

function habitOf(
  place: Place,
  { categoryShares, acted }: UserContext,
  actedPlaces: ReadonlyMap<string, Place>,
): { code: string; share: number } | undefined {
  for (const code of place.categories) {
    const share = categoryShares.get(code) ?? 0
    if (share >= HABIT_SHARE && isHabit(code, acted, actedPlaces)) return { code, share }
  }
  return undefined
}

/** Whether a user acted on enough places of a category. */
function isHabit(
  code: string,
  acted: readonly ActedPlace[],
  actedPlaces: ReadonlyMap<string, Place>,
): boolean {
  let places = 0
  for (const { placeId } of acted) {
    if (actedPlaces.get(placeId)?.categories.includes(code) === true && ++places === HABIT_PLACES) return true
  }
  return false
}

/** A line of a review that says what is wanted, else what most of the user's own places are known for. */
function saidInReviews(
  place: Place,
  wantedStems: readonly string[],
  usual: ReadonlySet<string>,
  locale: Locale,
): Reason | undefined {
  const texts = REASON_TEXTS[locale]
  const wanted = quoteReview(place, wantedStems)
  if (wanted !== undefined) return quoting(texts.review(wanted.text), wanted)
  for (const keyword of place.keywords ?? []) {
    if (!usual.has(keyword.id) || isForeign(localName(keyword, locale), locale)) continue
    const phrases = keyword.quotes.filter(({ source }) => source === 'review').map(({ text }) => text)
    const line = quoteReview(place, phrases.map(normalizeText))
    if (line !== undefined) return quoting(texts.reviewLikeYours(localName(keyword, locale), line.text), line)
  }
  return undefined
}

function quoting(text: string, quote: Quote): Reason {
  const start = text.lastIndexOf(quote.text)
  return {
    kind: 'review',
    text,
    highlights: [{ start, end: start + quote.text.length }],
    quotes: [quote],
  }
}

/** Kept as long as the places are (user-places.ts). */
const usualOf = new WeakMap<ReadonlyMap<string, Place>, ReadonlySet<string>>()

/** Ids of the keywords that several of a user's places have; complaints are none of them. */
function usualKeywords(actedPlaces: ReadonlyMap<string, Place>): ReadonlySet<string> {
  const counts = new Map<string, number>()
  let places = 0
  for (const { keywords = [] } of actedPlaces.values()) {
    if (keywords.length > 0) places++
    for (const { id, negative } of keywords) if (negative !== true) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const enough = Math.max(USUAL_PLACES, USUAL_SHARE * places)
  return new Set([...counts].flatMap(([id, count]) => (count >= enough ? [id] : [])))
}

interface TextMatch {
  readonly field: 'name' | 'tag' | 'category' | 'description' | 'address'
  readonly words: string
}

/** The field that holds the most telling matched word, quoted as it stands there; a category by its name in the locale. */
function textMatches(place: Place, terms: readonly string[], live: Live, locale: Locale): TextMatch[] {
  if (terms.length === 0) return []
  const fields: readonly (readonly [TextMatch['field'], string, string?])[] = [
    ['name', localName(place, locale)],
    ...[place.name, ...Object.values(place.names ?? {})].map((name) => ['name', name] as const),
    ...(place.tags ?? []).map((tag) => ['tag', tag] as const),
    ...place.categories.flatMap((code) => {
      const name = live.vocabulary.categoryName(code, locale)
      const others = [live.vocabulary.categoryName(code, locale === 'ko' ? 'en' : 'ko'), code]
      return [name, ...others].map((text) => ['category', text, text === name ? undefined : name] as const)
    }),
    ['description', place.description ?? ''],
    ['address', place.address ?? ''],
  ]
  for (const term of terms) {
    for (const [field, text, shown] of fields) {
      const words = quoteWord(text, term)
      if (words !== undefined) return [{ field, words: shown ?? words }]
    }
  }
  return []
}

/** The asked category that the place is of, by its name in the locale. */
function kindMatches(
  place: Place,
  asked: readonly { readonly code: string }[],
  live: Live,
  locale: Locale,
): TextMatch[] {
  const category = asked.find(({ code }) => isOf(place, code))
  return category === undefined
    ? []
    : [{ field: 'category', words: live.vocabulary.categoryName(category.code, locale) }]
}

/** The smallest value of a feature within the top share of its positive values; Infinity where none is positive. */
function topThreshold(ranked: readonly Ranked[], feature: keyof Features, share: number): number {
  const values = new Float64Array(ranked.length)
  let length = 0
  for (const { features } of ranked) if (features[feature] > 0) values[length++] = features[feature]
  const positive = values.subarray(0, length).sort()
  return length === 0 ? Infinity : positive[length - 1 - Math.floor((length - 1) * share)]
}
