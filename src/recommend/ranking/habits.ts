// A user's habits of moving about: where they mostly are by day and otherwise, and how far they usually go.
// Leaves what it is worth to the ranker (features.ts), words to reasons.ts.
//
// An area is a cell of a grid about a kilometre wide, never a point: whatever an answer lets guess of it is no finer.
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { solarHour } from './kinds.ts'

/** Weekdays by day, when people are where they work or study; else where they live. */
export type PartOfWeek = 'work' | 'home'

export interface Area extends LngLat {
  /** Visits in it, and in the cells beside it by half; Infinity where the client names the area. */
  readonly visits: number
}

export interface Habits {
  /** The area where the user mostly is in that part of the week; undefined where no area stands out. */
  readonly areas: Readonly<Partial<Record<PartOfWeek, Area>>>
  /** Mean of ln(1 + metres / 100) from one visit to the next within a day, shrunk to what is usual. */
  readonly usualStep: number
}

/** Height of a cell; as wide on the ground at its latitude. */
const CELL_DEGREES = 0.01
/** An area takes so many visits, and this share of the part's. */
const MIN_VISITS = 4
const MIN_SHARE = 0.2
const DAY_MS = 86_400_000
/** ln(1 + metres / 100) of two kilometres, a trip in a city, and how many steps it weighs. */
export const USUAL_STEP = Math.log1p(20)
const STEP_PRIOR = 5

export interface HabitVisit extends LngLat {
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * @param visits in order of time
 * @param given areas that the client names
 */
export function habitsOf(
  visits: readonly HabitVisit[],
  given: Readonly<Partial<Record<PartOfWeek, LngLat>>> = {},
): Habits {
  let sum = STEP_PRIOR * USUAL_STEP
  let steps = STEP_PRIOR
  for (let i = 1; i < visits.length; i++) {
    if (visits[i].at - visits[i - 1].at > DAY_MS) continue
    const meters = haversineMeters(visits[i - 1], visits[i])
    if (meters === 0) continue
    sum += Math.log1p(meters / 100)
    steps++
  }
  let areas: Habits['areas'] | undefined
  return {
    // Asked for by few.
    get areas() {
      return (areas ??= areasOf(visits, given))
    },
    usualStep: sum / steps,
  }
}

function areasOf(
  visits: readonly HabitVisit[],
  given: Readonly<Partial<Record<PartOfWeek, LngLat>>>,
): Habits['areas'] {
  const areas: Partial<Record<PartOfWeek, Area>> = {}
  for (const part of ['work', 'home'] as const) {
    const named = given[part]
    const area =
      named === undefined
        ? busiestCell(visits.filter(({ at, lng }) => partOfWeek(at, lng) === part))
        : { ...cellOf(named).centre, visits: Infinity }
    if (area !== undefined) areas[part] = area
  }
  return areas
}

/** Where the user mostly is at a moment, where that is known; else where they are at other times. */
export function usualArea({ areas }: Habits, at: number, lng: number): Area | undefined {
  return areas[partOfWeek(at, lng)] ?? areas.home ?? areas.work
}

/** By the sun, as the hours of kinds. */
export function partOfWeek(at: number, lng: number): PartOfWeek {
  const hour = solarHour(at, lng)
  const day = Math.floor((at / HOUR_MS + lng / DEGREES_PER_HOUR) / 24)
  // The epoch was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7
  return weekday < 5 && hour >= WORK_HOURS.from && hour < WORK_HOURS.to ? 'work' : 'home'
}

const HOUR_MS = 3_600_000
const DEGREES_PER_HOUR = 15
const WORK_HOURS = { from: 8, to: 18 } as const

/** More than there are cells in a row at any latitude, east and west. */
const COLUMNS = 10_000_000

interface Cell {
  readonly row: number
  readonly column: number
  readonly centre: LngLat
}

function cellOf({ lng, lat }: LngLat): Cell {
  const row = Math.floor(lat / CELL_DEGREES)
  const middle = (row + 0.5) * CELL_DEGREES
  const width = CELL_DEGREES / Math.max(0.01, Math.cos((middle * Math.PI) / 180))
  const column = Math.floor(lng / width)
  return { row, column, centre: { lng: (column + 0.5) * width, lat: middle } }
}

function busiestCell(visits: readonly HabitVisit[]): Area | undefined {
  const cells = new Map<number, { readonly cell: Cell; visits: number }>()
  const keyOf = (row: number, column: number) => row * COLUMNS + column
  for (const visit of visits) {
    const cell = cellOf(visit)
    const key = keyOf(cell.row, cell.column)
    const known = cells.get(key)
    if (known === undefined) cells.set(key, { cell, visits: 1 })
    else known.visits++
  }
  let best: Area | undefined
  for (const { cell, visits: own } of cells.values()) {
    let around = own
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        if (row === 0 && column === 0) continue
        around += (cells.get(keyOf(cell.row + row, cell.column + column))?.visits ?? 0) / 2
      }
    }
    if (best === undefined || around > best.visits) best = { ...cell.centre, visits: around }
  }
  return best !== undefined && best.visits >= MIN_VISITS && best.visits >= MIN_SHARE * visits.length
    ? best
    : undefined
}
