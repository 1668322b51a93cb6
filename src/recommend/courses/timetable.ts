// When places can be stayed at on a day out: opening hours as minutes after setting out, each place in its own time zone.
// Leaves the grammar of hours to geo/opening-hours.ts.
import type { Place } from '../../domain/place.ts'
import { WEEK_MINUTES, weeklyOpenMinutes, type OpenInterval } from '../../geo/opening-hours.ts'
import { offsetMinutes, timeZoneAt } from '../../geo/time-zone.ts'

const MINUTE_MS = 60_000
/** Longer nobody waits before a door. */
export const MAX_WAIT_MINUTES = 30
/** How far ahead a better time to set out is looked for. */
export const LATER_MINUTES = 24 * 60
const DAY_MINUTES = 1440
/** The epoch was a Thursday. */
const EPOCH_WEEKDAY_MINUTES = 3 * DAY_MINUTES

export interface Timetable {
  /** The first minute from `minute` on at which a stay of `stay` minutes can begin; undefined past MAX_WAIT_MINUTES. */
  opensAt(minute: number, stay: number, maxWait?: number): number | undefined
  /** Local hour of the day, from 0 to below 24. */
  localHour(minute: number): number
  /** RFC 3339 with the offset that holds there then. */
  format(minute: number): string
  /** Whether its hours are known. */
  readonly known: boolean
}

/**
 * Offsets are looked up minute by minute only where the clocks change during the day out.
 * @param startAt milliseconds since 1970
 */
export function timetable(place: Place, startAt: number, maxMinutes: number): Timetable {
  const zone = timeZoneAt(place)
  const atStart = offsetMinutes(startAt, zone)
  const changes = atStart !== offsetMinutes(startAt + maxMinutes * MINUTE_MS, zone)
  const offset = (minute: number) => (changes ? offsetMinutes(startAt + minute * MINUTE_MS, zone) : atStart)
  const startMinute = Math.floor(startAt / MINUTE_MS)
  const local = (minute: number) => startMinute + minute + offset(minute)
  const week = place.openingHours === undefined ? undefined : weeklyOpenMinutes(place.openingHours)
  const open = week && joined(week)

  return {
    known: open !== undefined,
    localHour: (minute) => modulo(local(minute), DAY_MINUTES) / 60,
    opensAt(minute, stay, maxWait = MAX_WAIT_MINUTES) {
      if (open === undefined) return minute
      const at = modulo(local(minute) + EPOCH_WEEKDAY_MINUTES, WEEK_MINUTES)
      let best: number | undefined
      for (const [from, to] of open) {
        // An interval stands for itself in the week before and after, too.
        for (const shift of [-WEEK_MINUTES, 0, WEEK_MINUTES]) {
          const wait = Math.max(0, from + shift - at)
          if (wait > maxWait || at + wait + stay > to + shift) continue
          if (best === undefined || wait < best) best = wait
        }
      }
      return best === undefined ? undefined : minute + best
    },
    format(minute) {
      const minutes = offset(minute)
      const sign = minutes < 0 ? '-' : '+'
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
      const text = new Date(startAt + (minute + minutes) * MINUTE_MS).toISOString().slice(0, 19)
      return `${text}${sign}${pad(hours)}:${pad(rest)}`
    },
  }
}

/** Intervals that meet at the end of the week are one: who sits there at midnight need not leave. */
function joined(week: readonly OpenInterval[]): OpenInterval[] {
  const first = week[0]
  const last = week.at(-1)
  if (first === undefined || last === undefined) return []
  if (week.length === 1)
    return first[0] === 0 && first[1] === WEEK_MINUTES ? [[-WEEK_MINUTES, 2 * WEEK_MINUTES]] : [first]
  if (first[0] !== 0 || last[1] !== WEEK_MINUTES) return [...week]
  return [...week.slice(1, -1), [last[0], WEEK_MINUTES + first[1]]]
}

const modulo = (value: number, by: number) => ((value % by) + by) % by
const pad = (value: number) => String(value).padStart(2, '0')
