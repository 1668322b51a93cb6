// Which cards the reader really saw, told to the service in batches: exposure fatigue, bandits and off-policy
// estimates (docs/ranking.md) live by it. Leaves what is done with a card to session.ts.
import type { EventInput } from '../domain/event.ts'
import type { Answer } from './answers.ts'
import type { AskedList } from './question.ts'

/** Seen is what the Media Rating Council calls viewable: half of it, for one second without a break. */
const SEEN_SHARE = 0.5
const SEEN_MS = 1000
/** A list read at leisure is told of in few requests; what is not told yet goes when the page is left. */
const BATCH_MS = 5000

export interface Impressions {
  /** Watches the cards of this answer for a user; without one nobody is told, and nothing is watched. */
  watch(answer: Answer, asked: AskedList | undefined): void
  /** What was acted on was seen, however short. Tells of everything seen so far, ahead of the action itself. */
  acted(placeId: string): Promise<void>
}

/** @param send takes a batch; must outlive the page (`keepalive`) */
export function createImpressions(
  list: HTMLElement,
  send: (batch: readonly EventInput[]) => Promise<void>,
): Impressions {
  let impressionOf: (placeId: string) => EventInput | undefined = () => undefined
  /** By recommendation and place: a card that is drawn again, or scrolled back to, is the same impression. */
  const told = new Set<string>()
  const waiting: EventInput[] = []
  const dwelling = new Map<Element, number>()
  let batchTimer = 0

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        clearTimeout(dwelling.get(target))
        dwelling.delete(target)
        if (intersectionRatio < SEEN_SHARE) continue
        dwelling.set(
          target,
          window.setTimeout(() => {
            observer.unobserve(target)
            saw((target as HTMLElement).dataset['id'] ?? '')
          }, SEEN_MS),
        )
      }
    },
    { threshold: SEEN_SHARE },
  )
  // The last moment that a page on a phone is sure to hear of (also closing and leaving it).
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void flush()
  })

  function saw(placeId: string): void {
    const impression = impressionOf(placeId)
    if (impression === undefined) return
    const key = JSON.stringify([impression.userId, impression.recommendationId, placeId])
    if (told.has(key)) return
    told.add(key)
    waiting.push(impression)
    if (batchTimer === 0) batchTimer = window.setTimeout(() => void flush(), BATCH_MS)
  }

  async function flush(): Promise<void> {
    clearTimeout(batchTimer)
    batchTimer = 0
    if (waiting.length === 0) return
    try {
      await send(waiting.splice(0))
    } catch (error) {
      // The reader did nothing wrong and can do nothing about it: a lost batch costs a little learning, no notice.
      console.warn('Impressions were not recorded.', error)
    }
  }

  return {
    watch({ origins, experiments }, asked) {
      observer.disconnect()
      for (const timer of dwelling.values()) clearTimeout(timer)
      dwelling.clear()
      impressionOf = (placeId) => {
        const origin = origins.get(placeId)
        if (asked === undefined || origin === undefined) return undefined
        return { ...asked, type: 'impression', placeId, ...origin, ...(experiments && { experiments }) }
      }
      if (asked === undefined) return
      for (const card of list.querySelectorAll('.card[data-id]')) observer.observe(card)
    },
    async acted(placeId) {
      saw(placeId)
      await flush()
    },
  }
}
