// When people of the demo city go out and for what: parts of the day, seasons of the year.
// Leaves who goes where to outings.ts.
import type { KindGroup, Season } from './kinds/kind.ts'

export interface DayPart {
  /** Hours of the day; the last part goes past 24, into the night. */
  readonly from: number
  readonly to: number
  /** How many outings of a day begin in it. */
  readonly share: number
  /** Probability of setting out from work (or study) rather than from home. */
  readonly fromWork: number
  /** What people go for; groups that are not named do not happen. */
  readonly groups: Readonly<Partial<Record<KindGroup, number>>>
}

/** In order, without gaps: an hour belongs to the last part that has begun. */
export const WEEKDAY_PARTS: readonly DayPart[] = [
  {
    from: 7,
    to: 10,
    share: 6,
    fromWork: 0.6,
    groups: {
      cafe: 5,
      sport: 4,
      meal: 1,
      outdoor: 1,
    },
  },
  {
    from: 11.5,
    to: 13.5,
    share: 20,
    fromWork: 0.75,
    groups: {
      meal: 12,
      cafe: 2,
      market: 0.4,
      shop: 0.2,
    },
  },
  {
    from: 13.5,
    to: 17.5,
    share: 14,
    fromWork: 0.4,
    groups: {
      cafe: 7,
      shop: 2,
      culture: 2,
      care: 1.5,
      kids: 2,
      market: 1.5,
      outdoor: 1.5,
      play: 0.8,
      pet: 1,
      sport: 0.8,
    },
  },
  {
    from: 17.5,
    to: 20.5,
    share: 26,
    fromWork: 0.5,
    groups: {
      meal: 9,
      drink: 3,
      sport: 4,
      shop: 1.5,
      culture: 1.5,
      play: 1.5,
      cafe: 2,
      outdoor: 1.5,
      kids: 0.7,
      care: 0.8,
      market: 0.8,
      pet: 0.6,
    },
  },
  {
    from: 20.5,
    to: 26,
    share: 12,
    fromWork: 0.15,
    groups: {
      drink: 9,
      play: 2.5,
      culture: 0.4,
      outdoor: 0.8,
      cafe: 0.8,
      sport: 0.5,
      meal: 0.8,
      stay: 0.2,
    },
  },
]

export const WEEKEND_PARTS: readonly DayPart[] = [
  {
    from: 8.5,
    to: 12,
    share: 14,
    fromWork: 0,
    groups: {
      cafe: 5,
      outdoor: 4,
      sport: 2,
      market: 2,
      kids: 1.5,
      meal: 1.5,
      pet: 1,
    },
  },
  {
    from: 12,
    to: 17.5,
    share: 40,
    fromWork: 0.03,
    groups: {
      meal: 5,
      cafe: 6,
      outdoor: 4.5,
      culture: 4,
      shop: 4,
      kids: 4,
      market: 2.5,
      play: 2.5,
      pet: 2,
      care: 1,
      sport: 1.2,
      stay: 0.2,
    },
  },
  {
    from: 17.5,
    to: 20.5,
    share: 20,
    fromWork: 0.03,
    groups: {
      meal: 8,
      drink: 4,
      culture: 1.5,
      outdoor: 1.5,
      play: 2,
      cafe: 1.5,
      kids: 0.6,
      pet: 0.5,
      stay: 0.4,
    },
  },
  {
    from: 20.5,
    to: 26,
    share: 12,
    fromWork: 0,
    groups: {
      drink: 9,
      play: 3,
      outdoor: 1,
      culture: 0.6,
      cafe: 0.6,
      stay: 0.3,
    },
  },
]

/** How much more (or less) people go for something in a season. */
export const SEASONAL_GROUPS: Readonly<Record<Season, Readonly<Partial<Record<KindGroup, number>>>>> = {
  spring: { outdoor: 1.4 },
  summer: { outdoor: 1.3, drink: 1.1, market: 0.9 },
  autumn: { outdoor: 1.4, culture: 1.1 },
  winter: { outdoor: 0.35, kids: 1.3, culture: 1.25, play: 1.25, care: 1.2, cafe: 1.1 },
}

/** The same for kinds with a season of their own. */
export const IN_SEASON = 1.8
export const OUT_OF_SEASON = 0.55

const SEASONS: readonly Season[] = ['winter', 'spring', 'summer', 'autumn']

/** @param month 0 = January */
export function seasonOf(month: number): Season {
  return SEASONS[Math.floor(((month + 1) % 12) / 3)]
}

export function oppositeSeason(season: Season): Season {
  return SEASONS[(SEASONS.indexOf(season) + 2) % 4]
}
