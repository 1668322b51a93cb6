// Says figures in words: distances, prices, counts; and names things in the language in use.
// Leaves the words themselves to texts.ts.
import type { Locale } from '../domain/names.ts'
import { locale, t } from './texts.ts'

interface Named {
  readonly name: string
  readonly names?: Readonly<Record<string, string>> | undefined
}

/** "350 m", "1.2 km", "14 km". */
export function formatDistance(meters: number): string {
  if (meters < 995) return `${Math.max(10, Math.round(meters / 10) * 10)} m`
  const kilometers = meters / 1000
  return `${kilometers.toLocaleString(locale(), { maximumFractionDigits: kilometers < 10 ? 1 : 0 })} km`
}

export const formatRating = (rating: number): string =>
  rating.toLocaleString(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })

export const formatShare = (share: number): string =>
  share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: 0 })

/** The word for a price level from 1 to 4. */
export function formatPrice(level: number): string {
  const keys = ['price1', 'price2', 'price3', 'price4'] as const
  const key = keys[level - 1]
  return key === undefined ? '' : t(key)
}

/** The name in the language in use, or the default one. */
export const nameOf = (named: Named, language: Locale = locale()): string =>
  named.names?.[language] ?? named.name

const KOREAN_DAYS: Readonly<Record<string, string>> = {
  Mo: '월',
  Tu: '화',
  We: '수',
  Th: '목',
  Fr: '금',
  Sa: '토',
  Su: '일',
  PH: '공휴일',
  off: '휴무',
  closed: '휴무',
}

/** OSM opening_hours for readers: a rule a line, days in the language in use; rules it does not know stay as written. */
export function formatHours(hours: string): string {
  if (hours.trim() === '24/7') return locale() === 'ko' ? '24시간' : 'Around the clock'
  const lines = hours.split(/\s*;\s*/).map((rule) => {
    const everyDay = rule.replace(/^Mo-Su\b/, locale() === 'ko' ? '매일' : 'Daily')
    return locale() === 'ko'
      ? everyDay.replaceAll(/\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|off|closed)\b/g, (word) => KOREAN_DAYS[word])
      : everyDay
  })
  return lines.join('\n')
}

/** A line may break after "#", which then stands apart from its tag: a word joiner (U+2060) forbids that. */
export const withTagsWhole = (text: string) => text.replaceAll(/#(?=\S)/g, '#\u2060')
