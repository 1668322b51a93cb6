// What people did where and when: decayed strength by place and hour of the week, and counts of the last days.
// Leaves reading events to live.ts; feeds candidates, rank and reasons.
import { EVENT_STRENGTHS, eventStrength, type Event, type EventType } from '../../domain/event.ts'
import { TopK } from '../../math/top-k.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Half of a place's activity is forgotten in a season; demand for places changes with it. Documented default. */
const HALF_LIFE_MS = 60 * DAY_MS
/**
 * This share of an event's strength is never forgotten: a thousand visits of years ago still say more than the first click
 * of today, which in a log that ended long ago would otherwise hide them all.
 */
const LASTING = 0.05
/**
 * Weights stay below 2^this: past it the origin moves on, before float32 ends (2^128). Whatever is that much older
 * than the newest event, 10 years, is forgotten but for what lasts.
 */
const MAX_EXPONENT = 64
/** Two-hour buckets of the UTC week: fine enough to rebuild local parts of the day in any time zone. */
const BUCKET_HOURS = 2
const BUCKETS = (7 * 24) / BUCKET_HOURS
/** The epoch was a Thursday; weeks here start on Monday. */
const EPOCH_WEEKDAY_OFFSET_MS = 3 * DAY_MS
const RECENT_DAYS = 7

/** Types whose recent counts are evidence in reasons. */
export const COUNTED_TYPES = ['save', 'visit', 'review'] as const satisfies readonly EventType[]
export type CountedType = (typeof COUNTED_TYPES)[number]

type ActivityEvent = Pick<Event, 'placeId' | 'type' | 'rating' | 'at'>

/** Of one place; the same object from its first event on. */
export interface PlaceActivity {
  /** Positive events. */
  actions: number
  /** Of its first positive event, milliseconds since 1970. */
  firstAt: number
  /** Strength in all: forward-decayed, and as it was. */
  decayed: number
  lasting: number
  /** `[2 · BUCKETS]` The same by bucket of the week: first all decayed ones. */
  readonly buckets: Float32Array
  /** The slot that was asked for last, and both strengths in it: sums over memory that lies apart. */
  slot: Slot | undefined
  decayedInSlot: number
  lastingInSlot: number
  /** Counts by type and day, a ring of RECENT_DAYS days that ends at `day`. */
  readonly recent: Uint32Array
  day: number
}

/** Part of the local day, as people name it. */
export type DayPart = 'morning' | 'lunch' | 'afternoon' | 'evening' | 'night'

/** The same object for the same part of the week at the same offset. */
export interface Slot {
  readonly part: DayPart
  readonly weekend: boolean
  /** Below SLOTS: the part of the day, and after those of the weekdays those of the weekend. */
  readonly number: number
  /** The UTC buckets that this slot covers in its time zone. */
  readonly buckets: readonly number[]
}

/** [from, to) in local hours; night runs over midnight. */
const PARTS: readonly (readonly [DayPart, number, number])[] = [
  ['morning', 6, 11],
  ['lunch', 11, 14],
  ['afternoon', 14, 18],
  ['evening', 18, 22],
  ['night', 22, 30],
]

/** Parts of the day, on weekdays and at the weekend. */
export const SLOTS = 2 * PARTS.length

/**
 * The slot (weekday or weekend × part of the day) of an instant at a UTC offset. Friday evening and night count as
 * weekend, Sunday evening and night as weekday: that is how people go out.
 * @param at milliseconds since 1970
 * @param offsetMinutes local time − UTC
 */
export function slotAt(at: number, offsetMinutes: number): Slot {
  const hour = hourOfWeek(at + offsetMinutes * 60_000)
  const named = nameHour(hour)
  const key = `${named.part} ${named.weekend} ${offsetMinutes}`
  let slot = slots.get(key)
  if (slot === undefined) slots.set(key, (slot = slotOf(named, offsetMinutes)))
  return slot
}

/** Ten for each offset that there is on earth. */
const slots = new Map<string, Slot>()

function slotOf({ part, weekend }: Pick<Slot, 'part' | 'weekend'>, offsetMinutes: number): Slot {
  const buckets: number[] = []
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const middle = bucket * BUCKET_HOURS + BUCKET_HOURS / 2 + offsetMinutes / 60
    const named = nameHour((middle + 168) % 168)
    if (named.part === part && named.weekend === weekend) buckets.push(bucket)
  }
  const number = PARTS.findIndex(([name]) => name === part) + (weekend ? PARTS.length : 0)
  return { part, weekend, number, buckets }
}

function nameHour(hourOfWeek: number): { part: DayPart; weekend: boolean } {
  const day = Math.floor(hourOfWeek / 24)
  const hour = hourOfWeek % 24
  // The small hours belong to the night before.
  const nightDay = hour < 6 ? (day + 6) % 7 : day
  const hours = hour < 6 ? hour + 24 : hour
  const part = PARTS.find(([, from, to]) => hours >= from && hours < to)![0]
  const late = part === 'evening' || part === 'night'
  const weekend = nightDay === 5 || (nightDay === 6 && !late) || (nightDay === 4 && late)
  return { part, weekend }
}

function hourOfWeek(at: number): number {
  return ((((at + EPOCH_WEEKDAY_OFFSET_MS) % (7 * DAY_MS)) + 7 * DAY_MS) % (7 * DAY_MS)) / HOUR_MS
}

/**
 * Activity of every place with events. Strengths decay forward (Cormode et al., "Forward decay", ICDE 2009): an event
 * weighs 2^((at − origin) / half-life), so ratios between places are right at any time without touching old sums. Beside
 * it stands what lasts, in the same unit as of the newest event.
 * Intake refuses events of the future; one that a catalog holds all the same counts as if it happened when it was
 * added, or its weight would hide all others'.
 */
export class Activity {
  readonly #places = new Map<string, PlaceActivity>()
  readonly #now: () => number
  /** When events of the future were added, by place and time: what takes one back has to find the same weight. */
  readonly #addedAt = new Map<string, number>()
  #origin: number | undefined
  #newestAt = -Infinity
  /** What lasts of a strength of 1, beside those that were decayed. */
  #lastingUnit = 0
  /** `[2 · BUCKETS]` Of all places, as theirs. */
  readonly #buckets = new Float64Array(2 * BUCKETS)

  /** @param now milliseconds since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  add(event: ActivityEvent): void {
    const now = this.#now()
    if (event.at <= now) return this.#apply(event, 1)
    const key = futureKey(event)
    if (!this.#addedAt.has(key)) this.#addedAt.set(key, now)
    this.#apply({ ...event, at: this.#addedAt.get(key)! }, 1)
  }

  /** Takes back an event added before (a user was erased). */
  remove(event: ActivityEvent): void {
    this.#apply({ ...event, at: this.#addedAt.get(futureKey(event)) ?? event.at }, -1)
  }

  /** Places with positive events so far; grows only. */
  get places(): number {
    return this.#places.size
  }

  /** Undefined for a place without positive events so far. */
  of(placeId: string): PlaceActivity | undefined {
    return this.#places.get(placeId)
  }

  /** Decayed strength in all; comparable between places only. */
  total(placeId: string): number {
    return this.strength(this.#places.get(placeId))
  }

  /** As `total`. */
  strength(place: PlaceActivity | undefined): number {
    return place === undefined ? 0 : place.decayed + this.#lastingUnit * place.lasting
  }

  /**
   * Strength in visits as of the newest event. Unlike `total` it may be compared over time: what was stored when other
   * events were the newest is off by what was forgotten since, at most twentyfold.
   */
  visits(placeId: string): number {
    return this.visitsPerStrength() * this.total(placeId)
  }

  /** Positive events in all. */
  actions(placeId: string): number {
    return this.#places.get(placeId)?.actions ?? 0
  }

  /** What a decayed strength of 1 is in visits of the time of the newest event. */
  visitsPerStrength(): number {
    if (this.#origin === undefined) return 0
    return 1 / this.#weightAt(this.#newestAt) / EVENT_STRENGTHS.visit
  }

  /** When a place's first positive event was, milliseconds since 1970; undefined where there was none. */
  firstAt(placeId: string): number | undefined {
    return this.#places.get(placeId)?.firstAt
  }

  /** The places with the most decayed strength, most first, ties by id. */
  mostActive(count: number): string[] {
    const top = new TopK<string>(count)
    for (const [placeId, place] of this.#places) {
      if (place.actions > 0) top.offer(this.strength(place), placeId)
    }
    return top.sorted().map(({ id }) => id)
  }

  /** Decayed strength within a slot; comparable between places and with `total`. */
  inSlot(placeId: string, slot: Slot): number {
    return this.strengthIn(this.#places.get(placeId), slot)
  }

  /** As `inSlot`. */
  strengthIn(place: PlaceActivity | undefined, slot: Slot): number {
    if (place === undefined) return 0
    lookIn(place, slot)
    return place.decayedInSlot + this.#lastingUnit * place.lastingInSlot
  }

  /** What was done there in a slot, whenever: nothing of it forgotten. */
  everIn(place: PlaceActivity | undefined, slot: Slot): number {
    if (place === undefined) return 0
    lookIn(place, slot)
    return place.lastingInSlot
  }

  /** The share of all strength that falls into a slot. */
  slotShare(slot: Slot): number {
    const inBucket = (bucket: number) =>
      this.#buckets[bucket] + this.#lastingUnit * this.#buckets[BUCKETS + bucket]
    let all = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) all += inBucket(bucket)
    let sum = 0
    for (const bucket of slot.buckets) sum += inBucket(bucket)
    return (sum + 1) / (all + SLOTS)
  }

  /** Events of a type in the RECENT_DAYS days up to `now`, by UTC days. */
  recentCount(placeId: string, type: CountedType, now: number): number {
    const place = this.#places.get(placeId)
    if (place === undefined) return 0
    const today = Math.floor(now / DAY_MS)
    let sum = 0
    for (let age = 0; age < RECENT_DAYS; age++) {
      const day = today - age
      if (day <= place.day && day > place.day - RECENT_DAYS) sum += place.recent[recentCell(type, day)]
    }
    return sum
  }

  #weightAt(at: number): number {
    return 2 ** ((at - this.#origin!) / HALF_LIFE_MS)
  }

  /** Makes `at` the new origin: all weights shrink alike. */
  #moveOrigin(at: number): void {
    const scale = 1 / this.#weightAt(at)
    for (const place of this.#places.values()) {
      place.decayed *= scale
      place.slot = undefined
      for (let bucket = 0; bucket < BUCKETS; bucket++) place.buckets[bucket] *= scale
    }
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#buckets[bucket] *= scale
    this.#origin = at
  }

  #apply(event: ActivityEvent, sign: 1 | -1): void {
    const strength = eventStrength(event)
    if (strength <= 0) return
    this.#origin ??= event.at
    this.#newestAt = Math.max(this.#newestAt, event.at)
    if ((event.at - this.#origin) / HALF_LIFE_MS > MAX_EXPONENT) this.#moveOrigin(event.at)
    this.#lastingUnit = LASTING * this.#weightAt(this.#newestAt)
    let place = this.#places.get(event.placeId)
    if (place === undefined) {
      place = {
        actions: 0,
        firstAt: event.at,
        decayed: 0,
        lasting: 0,
        buckets: new Float32Array(2 * BUCKETS),
        slot: undefined,
        decayedInSlot: 0,
        lastingInSlot: 0,
        recent: new Uint32Array(COUNTED_TYPES.length * RECENT_DAYS),
        day: Math.floor(event.at / DAY_MS),
      }
      this.#places.set(event.placeId, place)
    }
    const added = sign * strength
    const weight = (1 - LASTING) * added * this.#weightAt(event.at)
    place.actions += sign
    place.firstAt = Math.min(place.firstAt, event.at)
    place.decayed = Math.max(0, place.decayed + weight)
    place.lasting = Math.max(0, place.lasting + added)
    const bucket = Math.floor(hourOfWeek(event.at) / BUCKET_HOURS)
    for (const buckets of [place.buckets, this.#buckets]) {
      buckets[bucket] = Math.max(0, buckets[bucket] + weight)
      buckets[BUCKETS + bucket] = Math.max(0, buckets[BUCKETS + bucket] + added)
    }
    place.slot = undefined
    // What was taken back leaves no crumbs of rounding.
    if (place.actions === 0) {
      place.decayed = place.lasting = 0
      place.buckets.fill(0)
    }
    const type = COUNTED_TYPES.find((counted) => counted === event.type)
    if (type !== undefined) countDay(place, type, Math.floor(event.at / DAY_MS), sign)
  }
}

/** Works out the sums of a slot, unless it was the last one asked for. */
function lookIn(place: PlaceActivity, slot: Slot): void {
  if (place.slot === slot) return
  place.slot = slot
  place.decayedInSlot = place.lastingInSlot = 0
  for (const bucket of slot.buckets) {
    place.decayedInSlot += place.buckets[bucket]
    place.lastingInSlot += place.buckets[BUCKETS + bucket]
  }
}

const futureKey = ({ placeId, at }: ActivityEvent) => `${at} ${placeId}`

function recentCell(type: CountedType, day: number): number {
  return COUNTED_TYPES.indexOf(type) * RECENT_DAYS + (((day % RECENT_DAYS) + RECENT_DAYS) % RECENT_DAYS)
}

function countDay(place: PlaceActivity, type: CountedType, day: number, sign: 1 | -1): void {
  if (day <= place.day - RECENT_DAYS) return
  // Days that the ring moves over start at zero.
  for (let next = Math.max(place.day + 1, day - RECENT_DAYS + 1); next <= day; next++) {
    for (const counted of COUNTED_TYPES) place.recent[recentCell(counted, next)] = 0
  }
  place.day = Math.max(place.day, day)
  const cell = recentCell(type, day)
  place.recent[cell] = Math.max(0, place.recent[cell] + sign)
}
