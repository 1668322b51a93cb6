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
