// The words of reasons in Korean and English. Leaves which reasons hold to reasons.ts.
import type { EventType } from '../../domain/event.ts'
import type { Locale } from '../../domain/names.ts'
import { particleAfter } from '../../text/particles.ts'
import type { CountedType, Slot } from '../live/activity.ts'
import type { PartOfWeek } from '../ranking/habits.ts'

const PARTS = {
  ko: { morning: '아침', lunch: '점심', afternoon: '오후', evening: '저녁', night: '밤' },
  en: {
    morning: 'mornings',
    lunch: 'lunchtimes',
    afternoon: 'afternoons',
    evening: 'evenings',
    night: 'nights',
  },
} as const

/** What a user did, as a phrase before the place's name. */
const DONE_KO: Partial<Record<EventType, string>> = {
  view: '둘러본',
  click: '살펴본',
  share: '공유한',
  save: '저장한',
  directions: '길찾기한',
  call: '전화한',
  booking: '예약한',
  visit: '다녀온',
  review: '리뷰를 남긴',
}
const DONE_EN: Partial<Record<EventType, string>> = {
  view: 'looked at',
  click: 'opened',
  share: 'shared',
  save: 'saved',
  directions: 'got directions to',
  call: 'called',
  booking: 'booked',
  visit: 'visited',
  review: 'reviewed',
}

const COUNTED = {
  ko: { save: '저장', visit: '방문', review: '리뷰' },
  en: { save: 'saves', visit: 'visits', review: 'reviews' },
} as const satisfies Record<Locale, Record<CountedType, string>>

type TextField = 'name' | 'tag' | 'category' | 'description' | 'address'

const FIELDS = {
  ko: { name: '이름', tag: '태그', category: '분류', description: '소개', address: '주소' },
  en: {
    name: 'name',
    tag: 'tag',
    category: 'category',
    description: 'description',
    address: 'address',
  },
} as const satisfies Record<Locale, Record<TextField, string>>

export interface ReasonTexts {
  /** `name` was acted on by the user; `shared` is what both places have. */
  likeActed(type: EventType, name: string, shared: string): string
  /** `name` was asked about. */
  likeAsked(name: string, shared: string | undefined): string
  /** `name` was asked about; people went there next or came from there, or looked at both, so many times. */
  wentNext(name: string, count: number): string
  cameFrom(name: string, count: number): string
  lookedAtBoth(name: string, count: number): string
  /** The same people visit both. */
  samePeople(name: string): string
  busySlot(slot: Slot, area: string | undefined): string
  /** Of the place itself. */
  recent(type: CountedType, count: number): string
  favourite(category: string, share: number): string
  /** Its direction is that of what the user did. */
  likeYours: string
  /** Found for words that it does not hold. */
  likeWords: string
  /** It has more activity than half of the candidates; or some. */
  busier: string
  visited: string
  distance(meters: number): string
  /** Near where the user mostly is in this part of the week; which area that is stays unsaid. */
  usualArea(part: PartOfWeek): string
  /** People who searched with these or such words chose it. */
  afterSearch: string
  match(field: TextField, words: string): string
  /** A line of a review, quoted whole. */
  review(line: string): string
  /** The same, where it is what the user's own places are known for. */
  reviewLikeYours(keyword: string, line: string): string
  open: string
  fresh: string
}

/** Walking speed of the Korean map services' estimates: 4 km/h, 67 metres a minute. */
const WALK_METERS_PER_MINUTE = 67

export const lengthText = (meters: number) =>
  meters < 1000 ? `${Math.max(10, Math.round(meters / 10) * 10)} m` : `${(meters / 1000).toFixed(1)} km`
const minutes = (meters: number) => Math.max(1, Math.round(meters / WALK_METERS_PER_MINUTE))
const times = (count: number) => (count === 1 ? 'once' : `${count} times`)
const percent = (share: number) => `${Math.round(share * 100)}%`

/** A quoted name with its particle, which follows the sound of the name and not the closing quote. */
const quotedWith = (name: string) => `‘${name}’${particleAfter(name, '와/과')}`

export const REASON_TEXTS: Readonly<Record<Locale, ReasonTexts>> = {
  ko: {
    likeActed: (type, name, shared) =>
      `${DONE_KO[type] ?? '살펴본'} ${quotedWith(name)} 비슷해요 · ${shared}`,
    likeAsked: (name, shared) => `${quotedWith(name)} 비슷해요${shared === undefined ? '' : ` · ${shared}`}`,
    wentNext: (name, count) => `‘${name}’ 다음에 ${count}번 이어서 방문했어요`,
    cameFrom: (name, count) =>
      `여기에 들렀다가 ‘${name}’${particleAfter(name, '으로/로')} 간 일이 ${count}번 있어요`,
    lookedAtBoth: (name, count) => `${quotedWith(name)} ${count}번 함께 살펴봤어요`,
    samePeople: (name) => `‘${name}’에 가는 사람들이 함께 찾아요`,
    busySlot: ({ part, weekend }, area) =>
      `${weekend ? '주말' : '평일'} ${PARTS.ko[part]}에 ${area === undefined ? '' : `${area}에서 `}많이 찾아요`,
    recent: (type, count) => `최근 7일 동안 ${COUNTED.ko[type]} ${count}번`,
    favourite: (category, share) => `자주 찾는 ${category} · 내 활동의 ${percent(share)}`,
    likeYours: '내가 찾던 곳들과 닮았어요',
    likeWords: '찾는 말은 없지만 닮은 곳이에요',
    busier: '이 가운데 사람들이 많이 찾는 편이에요',
    visited: '찾는 사람들이 있는 곳이에요',
    distance: (meters) => `걸어서 ${minutes(meters)}분 · ${lengthText(meters)}`,
    usualArea: (part) =>
      part === 'work' ? '평일 낮에 자주 있는 동네예요' : '저녁과 주말에 자주 있는 동네예요',
    afterSearch: '비슷하게 검색한 사람들이 고른 곳이에요',
    match: (field, words) => `${FIELDS.ko[field]}에 “${words}”`,
    review: (line) => `후기 “${line}”`,
    reviewLikeYours: (keyword, line) => `자주 찾는 곳들처럼 “${keyword}” · 후기 “${line}”`,
    open: '지금 영업 중이에요',
    fresh: '아직 방문 기록이 없는 곳이에요',
  },
  en: {
    likeActed: (type, name, shared) => `Like “${name}” that you ${DONE_EN[type] ?? 'opened'} · ${shared}`,
    likeAsked: (name, shared) => `Like “${name}”${shared === undefined ? '' : ` · ${shared}`}`,
    wentNext: (name, count) => `Visited next after “${name}” ${times(count)}`,
    cameFrom: (name, count) => `People went on from here to “${name}” ${times(count)}`,
    lookedAtBoth: (name, count) => `Looked at together with “${name}” ${times(count)}`,
    samePeople: (name) => `People who go to “${name}” also go here`,
    busySlot: ({ part, weekend }, area) =>
      `Popular on ${weekend ? 'weekend' : 'weekday'} ${PARTS.en[part]}${area === undefined ? '' : ` in ${area}`}`,
    recent: (type, count) =>
      `${count} ${count === 1 ? COUNTED.en[type].slice(0, -1) : COUNTED.en[type]} in the last 7 days`,
    favourite: (category, share) => `You often choose ${category} · ${percent(share)} of what you do`,
    likeYours: 'Like the places you chose',
    likeWords: 'None of your words, but a place like them',
    busier: 'One of the busier places here',
    visited: 'People go here',
    distance: (meters) => `${minutes(meters)} min on foot · ${lengthText(meters)}`,
    usualArea: (part) =>
      part === 'work'
        ? 'Close to where you usually are on weekdays'
        : 'Close to where you usually are in the evening and at weekends',
    afterSearch: 'Chosen by people with searches like yours',
    match: (field, words) => `“${words}” in its ${FIELDS.en[field]}`,
    review: (line) => `A review: “${line}”`,
    reviewLikeYours: (keyword, line) => `“${keyword}”, as in places you choose · a review: “${line}”`,
    open: 'Open now',
    fresh: 'No visits recorded yet',
  },
}
