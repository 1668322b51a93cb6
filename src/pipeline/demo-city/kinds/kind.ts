// A kind of place of the demo city: its category and everything from which its places are drawn.
// Leaves the kinds themselves to the tables beside this file, the drawing to places.ts.
import type { Tastes } from '../facets.ts'
import type { HoursPlan } from '../hours.ts'
import type { Trait } from '../traits.ts'

/** What people go out for; hours.ts and outings depend on it, categories do not. */
export type KindGroup =
  | 'meal'
  | 'cafe'
  | 'drink'
  | 'culture'
  | 'shop'
  | 'market'
  | 'outdoor'
  | 'play'
  | 'sport'
  | 'kids'
  | 'care'
  | 'stay'
  | 'pet'

export type Season = 'spring' | 'summer' | 'autumn' | 'winter'

export interface KindHabits {
  readonly hours: HoursPlan
  /** Lowest and highest price level, 1 to 4; absent where nothing is paid. */
  readonly price?: readonly [number, number]
  /** Fewest and most seats. */
  readonly seats?: readonly [number, number]
  readonly indoor: boolean
  /** Probability of each trait. */
  readonly traits: Readonly<Partial<Record<Trait, number>>>
  readonly tastes: Tastes
  /** First sentence of the description; {item}, {side} and {area}, with particles as {item:을/를}. */
  readonly pitches: readonly string[]
  /** Review lines, with the same slots. */
  readonly praises: readonly string[]
  /** Review lines of those who were less happy. */
  readonly complaints: readonly string[]
  /** When it is visited most. */
  readonly season?: Season
}

export interface Kind extends KindHabits {
  readonly code: string
  readonly ko: string
  readonly en: string
  readonly group: KindGroup
  /** How many of 5,000 places are of this kind. */
  readonly share: number
  /**
   * Patterns "한국어|English" with slots for word lists ({stem}) and for the neighbourhood ({dong}). A third part lists
   * what places of that name serve instead of `items`, separated by commas.
   */
  readonly names: readonly string[]
  /** What one orders, sees or does there, in Korean. */
  readonly items: readonly string[]
  /** What goes with it: dishes of a bar. */
  readonly sides?: readonly string[]
}

type KindRow = Pick<Kind, 'code' | 'ko' | 'en' | 'share' | 'names' | 'items' | 'sides'> & Partial<KindHabits>

/** Fills in what the kinds of a group have in common; own sentences come before the common ones, own odds win. */
export function kindsOf(group: KindGroup, common: KindHabits, rows: readonly KindRow[]): Kind[] {
  return rows.map((row) => ({
    ...common,
    ...row,
    group,
    traits: { ...common.traits, ...row.traits },
    tastes: { ...common.tastes, ...row.tastes },
    pitches: [...(row.pitches ?? []), ...common.pitches],
    praises: [...(row.praises ?? []), ...common.praises],
    complaints: [...(row.complaints ?? []), ...common.complaints],
  }))
}
