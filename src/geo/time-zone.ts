// Time zones of points and their offsets. Leaves opening hours to opening-hours.ts.
import lookup from '@photostructure/tz-lookup'
import type { LngLat } from '../domain/position.ts'

/** The IANA time zone of a point, e.g. "Asia/Seoul"; nautical zones at sea. */
export function timeZoneAt({ lng, lat }: LngLat): string {
  return lookup(lat, lng)
}

const MINUTE_MS = 60_000
/** Offsets change on quarter hours at most, so one lookup serves a quarter of an hour. */
const QUARTER_MS = 15 * MINUTE_MS

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, { readonly quarter: number; readonly minutes: number }>()

/** Local time − UTC in minutes, at an instant (milliseconds since 1970). Throws RangeError for an unknown zone. */
export function offsetMinutes(at: number, timeZone: string): number {
  const quarter = Math.floor(at / QUARTER_MS)
  const known = offsets.get(timeZone)
  if (known?.quarter === quarter) return known.minutes
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const local = Date.UTC(parts['year'], parts['month'] - 1, parts['day'], parts['hour'], parts['minute'])
  const minutes = Math.round((local - Math.floor(at / MINUTE_MS) * MINUTE_MS) / MINUTE_MS)
  offsets.set(timeZone, { quarter, minutes })
  return minutes
}
