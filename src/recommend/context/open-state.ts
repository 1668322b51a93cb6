// Whether a place is open at a moment, in its own time zone. Leaves the grammar of hours to geo/opening-hours.ts.
import type { Place } from '../../domain/place.ts'
import { isOpenAt, minuteOfWeek, weeklyOpenMinutes } from '../../geo/opening-hours.ts'
import { timeZoneAt } from '../../geo/time-zone.ts'

/** Undefined where the hours are not known. `now` in milliseconds since 1970. */
export function openState(place: Place, now: number): boolean | undefined {
  const minutes = place.openingHours === undefined ? undefined : weeklyOpenMinutes(place.openingHours)
  return minutes && isOpenAt(minutes, minuteOfWeek(now, timeZoneAt(place)))
}
