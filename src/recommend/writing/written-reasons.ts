// Reasons in a language model's words, where it wrote some that hold: in place of the line of a review that says the same.
// Leaves writing and checking to writer.ts; never waits for a model.
import type { Locale } from '../../domain/names.ts'
import type { Recommendation } from '../../domain/recommendation.ts'
import { placeEvidence } from './evidence.ts'
import type { Live } from '../live/live.ts'
import type { Writer } from './writer.ts'

/** More cards than a screen shows are not worth asking for. */
const MAX_ITEMS = 10

/** The items with what the model wrote about them before; the rest is asked for in the background. */
export async function withWrittenReasons(
  items: Recommendation['items'],
  wanted: string,
  locale: Locale,
  live: Live,
  writer: Writer,
): Promise<Recommendation['items']> {
  const ids = items.slice(0, MAX_ITEMS).flatMap(({ place }) => place.id ?? [])
  const places = await live.places(ids)
  return Promise.all(
    items.map(async (item) => {
      const place = places.get(item.place.id!)
      const at = item.reasons.findIndex(({ kind }) => kind === 'review')
      if (place === undefined || at < 0) return item
      const evidence = placeEvidence(place, live.vocabulary, locale)
      const written = await writer.reason(evidence, wanted, { wait: 'kept' })
      if (written === undefined) return item
      const { text, quotes } = written
      const reason = {
        kind: 'review' as const,
        text,
        highlights: quotes.map(({ start, end }) => ({ start, end })),
        quotes: quotes.map(({ of }) => of),
        generatedBy: 'model' as const,
      }
      return { ...item, reasons: item.reasons.with(at, reason) }
    }),
  )
}
