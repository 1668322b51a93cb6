// Opening hours of the demo places: a plan a kind of place keeps, a week drawn from it, the week as OSM text.
// Leaves reading such texts to geo/opening-hours.ts.
import type { Random } from '../../math/random.ts'
import { chance } from './draw.ts'

/** What is usual for a kind of place. Hours of the day may be fractions and go past 24: 26 is two in the morning. */
export interface HoursPlan {
  readonly open: readonly number[]
  readonly close: readonly number[]
  /** Hours later (+) or earlier (−) on Saturday and Sunday. */
  readonly weekend?: { readonly open?: number; readonly close?: number }
  /** Probability of a weekly day off, on one of these days (0 = Monday). */
  readonly dayOff?: number
  readonly daysOff?: readonly number[]
  /** Probability of a break from 15:00 to 17:00 on weekdays. */
  readonly breakTime?: number
  /** Probability of never closing. */
  readonly always?: number
}

export interface OpenWeek {
  /** OSM opening_hours. */
  readonly text: string
  /** Open intervals in minutes of the week, Monday 00:00 = 0; may go past the end of the week. */
  readonly intervals: readonly (readonly [from: number, to: number])[]
  readonly always: boolean
  /** The weekday that is off (0 = Monday). */
  readonly dayOff?: number
  /** Latest closing hour, past 24 for after midnight. */
  readonly lastHour: number
  readonly firstHour: number
}

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] as const
const WEEK_MINUTES = 7 * 24 * 60
const BREAK = [15, 17] as const

export function drawWeek(plan: HoursPlan, random: Random): OpenWeek {
  if (chance(random, plan.always ?? 0)) {
    return { text: '24/7', intervals: [[0, WEEK_MINUTES]], always: true, lastHour: 24, firstHour: 0 }
  }
  const open = random.pick(plan.open)
  const close = random.pick(plan.close)
  const dayOff = chance(random, plan.dayOff ?? 0) ? random.pick(plan.daysOff ?? [0, 1]) : undefined
  const hasBreak = chance(random, plan.breakTime ?? 0) && open <= 12 && close >= 20
  const weekday: Span[] = hasBreak
    ? [
        [open, BREAK[0]],
        [BREAK[1], close],
      ]
    : [[open, close]]
  const weekend: Span[] = [[open + (plan.weekend?.open ?? 0), close + (plan.weekend?.close ?? 0)]]
  const spansOf = (day: number) => (day === dayOff ? [] : day < 5 ? weekday : weekend)
  const week = DAYS.map((_, day) => spansOf(day))
  return {
    text: weekText(week),
    intervals: week.flatMap((spans, day) =>
      spans.map(([from, to]) => [(day * 24 + from) * 60, (day * 24 + to) * 60] as const),
    ),
    always: false,
    ...(dayOff !== undefined && { dayOff }),
    lastHour: Math.max(close, weekend[0][1]),
    firstHour: Math.min(open, weekend[0][0]),
  }
}

/** Whether a week is open at a minute of the week. */
export function isOpenInWeek({ intervals }: OpenWeek, minute: number): boolean {
  return intervals.some(
    ([from, to]) =>
      (minute >= from && minute < to) || (minute + WEEK_MINUTES >= from && minute + WEEK_MINUTES < to),
  )
}

type Span = readonly [from: number, to: number]

/**
 * Days with equal hours as one rule: "Mo,We-Fr 11:00-15:00,17:00-22:00; Sa-Su 12:00-22:00". After ";" a rule replaces
 * what the rules before say of its days, also what they say of the night from Friday to Saturday; "," adds to it.
 */
function weekText(week: readonly (readonly Span[])[]): string {
  const rules = new Map<string, { from: number; to: number }[]>()
  week.forEach((spans, day) => {
    if (spans.length === 0) return
    const hours = spans.map(([from, to]) => `${clock(from)}-${clock(to)}`).join(',')
    const runs = rules.get(hours) ?? []
    rules.set(hours, runs)
    const last = runs.at(-1)
    if (last?.to === day - 1) last.to = day
    else runs.push({ from: day, to: day })
  })
  const isPastMidnight = week.some((spans) => spans.some(([, to]) => to > 24))
  return [...rules]
    .map(([hours, runs]) => {
      const days = runs.map(({ from, to }) => (to > from ? `${DAYS[from]}-${DAYS[to]}` : DAYS[from]))
      return `${days.join(',')} ${hours}`
    })
    .join(isPastMidnight ? ', ' : '; ')
}

/** 26 → "02:00"; 24 stays "24:00", as OSM writes midnight at the end of a day. */
function clock(hour: number): string {
  const whole = Math.floor(hour)
  const minutes = Math.round((hour - whole) * 60)
  const shown = hour > 24 ? whole - 24 : whole
  return `${String(shown).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}
