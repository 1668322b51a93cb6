// OSM opening_hours as open intervals of the local week. Leaves the grammar to the opening_hours library.
// Public and school holidays are left out: a place counts as open by its weekly hours.
import OpeningHours, { type nominatim_object } from 'opening_hours'
import { DongneError } from '../errors.ts'
import { offsetMinutes } from './time-zone.ts'

/** [from, to) in minutes of the local week, Monday 00:00 = 0, to ≤ 10,080. */
export type OpenInterval = readonly [from: number, to: number]

export const WEEK_MINUTES = 7 * 24 * 60
const MINUTE_MS = 60_000
/** The epoch was a Thursday. */
const EPOCH_WEEKDAY_OFFSET_MS = 3 * 24 * 60 * MINUTE_MS
/** Monday of a week without a clock change anywhere; rules by season count as they are in early June. */
const REFERENCE_MONDAY = [2026, 5, 8] as const
/**
 * Without coordinates sunrise is 06:00 and sunset 18:00 for the library; with null it takes those of a German town, in the
 * time zone of the machine. It needs a country to read what is left of holiday rules.
 */
const NOWHERE = { address: { country_code: 'de', state: 'Baden-Württemberg' } } as nominatim_object
/** Distinct texts are few: hours repeat across places. */
const MAX_CACHED = 20_000

const cache = new Map<string, readonly OpenInterval[] | undefined>()

/**
 * The weekly open intervals of an OSM opening_hours text, ascending and disjoint; undefined where the text cannot be
 * read. An interval over the end of the week is split. Holiday rules (PH, SH) are ignored.
 */
export function weeklyOpenMinutes(openingHours: string): readonly OpenInterval[] | undefined {
  if (!cache.has(openingHours)) {
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(openingHours, parseWeek(openingHours))
  }
  return cache.get(openingHours)
}

/** A place whose opening hours can be read, or that has none. Throws invalid-request. */
export function checkOpeningHours<P extends { readonly openingHours?: string }>(place: P): P {
  const { openingHours } = place
  // Rules for holidays alone say nothing of the week, and are right all the same.
  if (openingHours === undefined || withoutHolidays(openingHours) === '' || weeklyOpenMinutes(openingHours)) {
    return place
  }
  const detail = `is no OSM opening_hours text, such as "Mo-Fr 09:00-18:00; Sa 10:00-14:00" (got ${JSON.stringify(openingHours)})`
  throw new DongneError('invalid-request', `/openingHours ${detail}`, {
    errors: [{ pointer: '/openingHours', detail }],
  })
}

/** Whether a minute of the week lies in one of the intervals. */
export function isOpenAt(intervals: readonly OpenInterval[], minute: number): boolean {
  return intervals.some(([from, to]) => minute >= from && minute < to)
}

/** The minute of the local week, from 0 to 10,079, at an instant (milliseconds since 1970) in an IANA time zone. */
export function minuteOfWeek(at: number, timeZone: string): number {
  const local = at + offsetMinutes(at, timeZone) * MINUTE_MS + EPOCH_WEEKDAY_OFFSET_MS
  const minute = Math.floor(local / MINUTE_MS) % WEEK_MINUTES
  return minute < 0 ? minute + WEEK_MINUTES : minute
}

function parseWeek(text: string): OpenInterval[] | undefined {
  const regular = withoutHolidays(text)
  if (regular === '') return undefined
  const rules = withoutOverrides(regular)
  const [year, month, day] = REFERENCE_MONDAY
  const monday = new Date(year, month, day)
  let open: [Date, Date, boolean, string | undefined][]
  try {
    open = new OpeningHours(rules, NOWHERE).getOpenIntervals(monday, new Date(year, month, day + 7))
  } catch (error) {
    // The library throws strings and Errors for texts that it cannot read; that is an answer, not a fault.
    if (typeof error === 'string' || error instanceof Error) return undefined
    throw error
  }
  const minute = (date: Date) => Math.round((date.getTime() - monday.getTime()) / MINUTE_MS)
  const intervals: [number, number][] = []
  for (const [from, to] of open) {
    const last = intervals.at(-1)
    if (last !== undefined && minute(from) <= last[1]) last[1] = Math.max(last[1], minute(to))
    else intervals.push([minute(from), minute(to)])
  }
  return intervals
}

/** After times or a state a comma begins another rule: ", PH off" and ", PH 10:00-12:00,13:00-14:00" are whole rules. */
const ADDED_HOLIDAY_RULE = /(?<=:\d\d\+?|24\/7|off|closed|open|")\s*,\s*(?:PH|SH)\b[^,]*(?:,\s*\d[^,]*)*/g

/** "Mo-Fr 09:00-18:00; PH off" → "Mo-Fr 09:00-18:00"; "Sa,PH 10:00-14:00" → "Sa 10:00-14:00". */
function withoutHolidays(text: string): string {
  return text
    .split(';')
    .map((rule) =>
      rule
        .trim()
        .replaceAll(/\b(PH|SH),\s*/g, '')
        .replaceAll(ADDED_HOLIDAY_RULE, '')
        .replaceAll(/,\s*(PH|SH)\b/g, ''),
    )
    .filter((rule) => rule !== '' && !/^(PH|SH)\b/.test(rule))
    .join('; ')
}

const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']
const WEEKDAY_RULE = /^((?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*[-,]\s*(?:Mo|Tu|We|Th|Fr|Sa|Su))*)?\s*(.*)$/

/**
 * The same weekly rules with one for each day, added up. In the library a day's rule also ends what the night before
 * left open: "Sa 17:00-03:00; Su 17:00-24:00" would close on Sunday at 00:00, and bars do not. Rules with dates, seasons
 * or more are left as they are.
 */
function withoutOverrides(text: string): string {
  const timesByDay = new Map<number, string>()
  for (const rule of text.split(';')) {
    const [, days, written] = WEEKDAY_RULE.exec(rule.replaceAll(/"[^"]*"/g, '').trim())!
    const times = written.trim().replace(/^24\/7$/, '00:00-24:00')
    if (!/^(?:off|closed|\d[\d:,+\-\s]*)$/.test(times)) return text
    for (const day of expandDays(days ?? 'Mo-Su')) timesByDay.set(day, times)
  }
  const open = [...timesByDay].filter(([, times]) => /^\d/.test(times))
  return open.length === 0 ? 'off' : open.map(([day, times]) => `${WEEKDAYS[day]} ${times}`).join(', ')
}

/** "Mo-We,Fr" → [0, 1, 2, 4]; "Sa-Mo" → [5, 6, 0]. */
function expandDays(days: string): number[] {
  return days.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map((day) => WEEKDAYS.indexOf(day.trim()))
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7)
  })
}
