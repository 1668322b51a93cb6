// What is known about kinds of places: when people go to which kind, and which kind they go to next.
// Leaves places to outings.ts and activity.ts, and a user's own kinds to past.ts.
//
// A kind is a category code, and the first step of its path is a kind of its own: "food/cafe" counts as both. Lifts are
// log ratios of a share to the share that everybody has, shrunk towards 0 (equal shares) where little was seen.

/** No kind: a place without a category. Its lifts are 0. */
export const NO_KIND = -1

export const HOURS = 24
/** A visit at ten to one says as much of one as of noon: half of it goes to the hours beside. */
const SPREAD = [
  [-1, 0.25],
  [0, 0.5],
  [1, 0.25],
] as const
/** So many visits of a kind weigh as much as everybody's hours (the mass of a Dirichlet prior). */
const HOUR_PRIOR = 20
/** The same for what follows a kind. */
const FOLLOW_PRIOR = 30
/** The same for the kinds of a user. */
const USER_PRIOR = 10

/** Both levels of a place's kind: its own and the widest; equal for a path of one step. */
export interface PlaceKind {
  readonly own: number
  readonly wide: number
}

export class Kinds {
  readonly #numbers = new Map<string, number>()
  readonly #visits: number[] = []
  /** Visits by kind and hour of the day, `[kinds, 24]`, each spread over the hours beside it. */
  readonly #hours: number[] = []
  /** All visits by hour, spread alike. */
  readonly #allHours = new Float64Array(HOURS)
  #total = 0
  /** Kinds with visits: how many more are known by name is by chance, as places are asked for. */
  #visited = 0
  /** Moves by kind left, then kind reached. */
  readonly #follow = new Map<number, Map<number, number>>()
  readonly #left = new Map<number, number>()

  get count(): number {
    return this.#visits.length
  }

  /** The kind of a place, by its first category. */
  of(categories: readonly string[]): PlaceKind {
    const [code] = categories
    if (code === undefined) return { own: NO_KIND, wide: NO_KIND }
    const cut = code.indexOf('/')
    return { own: this.#number(code), wide: this.#number(cut < 0 ? code : code.slice(0, cut)) }
  }

  /** Counts visits; below 0 takes as many back that were counted. @param hour as of `solarHour` */
  add({ own, wide }: PlaceKind, hour: number, count = 1): void {
    this.#total += count
    for (const [step, share] of SPREAD) {
      const at = (hour + step + HOURS) % HOURS
      // Quarters: no sum is rounded, and what is taken back leaves nothing.
      this.#allHours[at] += share * count
      for (const kind of levels(own, wide)) this.#hours[kind * HOURS + at] += share * count
    }
    for (const kind of levels(own, wide)) {
      if (this.#visits[kind] === 0) this.#visited++
      this.#visits[kind] += count
      if (this.#visits[kind] === 0) this.#visited--
    }
  }

  /** Counts moves from one place to the next one of an outing; below 0 takes as many back that were counted. */
  addMove(from: PlaceKind, to: PlaceKind, count = 1): void {
    // Each level is compared with its like only.
    this.#addMove(from.own, to.own, count)
    if (from.own !== from.wide || to.own !== to.wide) this.#addMove(from.wide, to.wide, count)
  }

  /** `[kinds]`: how much more of a kind's visits fall into an hour of the day than of all visits. */
  hourLifts(hour: number): Float64Array {
    const usual = (this.#allHours[hour] + 1) / (this.#total + HOURS)
    const lifts = new Float64Array(this.count)
    for (let kind = 0; kind < lifts.length; kind++) {
      const smoothed = this.#hours[kind * HOURS + hour] + HOUR_PRIOR * usual
      lifts[kind] = Math.log(smoothed / (this.#visits[kind] + HOUR_PRIOR) / usual)
    }
    return lifts
  }

  /** `[kinds]`: how much more often each is gone to after a place of this kind than at all; zeros after none. */
  followLifts(from: number): Float64Array {
    const row = this.#follow.get(from)
    if (row === undefined) return new Float64Array(this.count)
    const left = this.#left.get(from)!
    const lifts = new Float64Array(this.count).fill(Math.log(FOLLOW_PRIOR / (left + FOLLOW_PRIOR)))
    for (const [to, moves] of row) {
      const usual = this.#share(to)
      lifts[to] = Math.log((moves + FOLLOW_PRIOR * usual) / (left + FOLLOW_PRIOR) / usual)
    }
    return lifts
  }

  /** How often people went on from a kind to another. */
  moves(from: number, to: number): number {
    return this.#follow.get(from)?.get(to) ?? 0
  }

  /** `[kinds]`: how much larger a kind's share of a user's places is than of everybody's. @param counts places by kind */
  userLifts(counts: ReadonlyMap<number, number>, places: number): Float64Array {
    const lifts = new Float64Array(this.count)
    for (let kind = 0; kind < lifts.length; kind++) {
      const usual = this.#share(kind)
      lifts[kind] = Math.log(((counts.get(kind) ?? 0) + USER_PRIOR * usual) / (places + USER_PRIOR) / usual)
    }
    return lifts
  }

  #share(kind: number): number {
    // All that nobody went to are one more.
    return (this.#visits[kind] + 1) / (this.#total + this.#visited + 1)
  }

  #addMove(from: number, to: number, count: number): void {
    if (from === NO_KIND || to === NO_KIND) return
    let row = this.#follow.get(from)
    if (row === undefined) this.#follow.set(from, (row = new Map()))
    const moves = (row.get(to) ?? 0) + count
    if (moves === 0) row.delete(to)
    else row.set(to, moves)
    this.#left.set(from, (this.#left.get(from) ?? 0) + count)
  }

  #number(code: string): number {
    let number = this.#numbers.get(code)
    if (number === undefined) {
      number = this.#visits.length
      this.#numbers.set(code, number)
      this.#visits.push(0)
      for (let hour = 0; hour < HOURS; hour++) this.#hours.push(0)
    }
    return number
  }
}

/**
 * Whole hour of the day by the sun, from 0 to 23: UTC moved by the longitude. Within an hour or two of the clock, all over
 * the year the same at a place, and cheap enough for every event of a catalog; what a kind's hours are told from agrees
 * with what they are asked by.
 * @param at milliseconds since 1970
 */
export function solarHour(at: number, lng: number): number {
  const hours = at / HOUR_MS + lng / DEGREES_PER_HOUR
  return Math.floor(((hours % HOURS) + HOURS) % HOURS)
}

const HOUR_MS = 3_600_000
const DEGREES_PER_HOUR = 15

function levels(own: number, wide: number): readonly number[] {
  if (own === NO_KIND) return []
  return own === wide ? [own] : [own, wide]
}
