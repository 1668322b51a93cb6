// What was learnt from drawn cards: LinUCB over sources for the first card, and over cold places. A function of the event
// log, which live.ts replays: the recommendation id of an event says what was drawn (recommendation-id.ts).
// Leaves drawing to re-rank/.
import { EVENT_STRENGTHS, eventStrength, type Event } from '../domain/event.ts'
import { LinUcb } from './lin-ucb.ts'
import { readDecision, type Decision } from './recommendation-id.ts'

/** Where a list has its cold place, from 0: in view on a phone, past what most people take. */
export const COLD_POSITION = 4
/** Answers whose clicks can still come in; older ones are settled. */
const OPEN_ANSWERS = 100_000
/** What counts as an answer to a card. */
const REWARDED_STRENGTH = EVENT_STRENGTHS.click

type BanditEvent = Pick<Event, 'type' | 'placeId' | 'rating' | 'recommendationId' | 'position'>

type Card = 'firstCard' | 'cold'

interface OpenCard {
  readonly placeId: string
  rewarded: boolean
}

/** The context of a decision: whole numbers, so that counts are exact. */
export function contextOf({ history, late, weekend }: Omit<Decision, 'firstCard' | 'cold'>): number[] {
  return [1, Number(history === 'thin'), Number(history === 'rich'), Number(late), Number(weekend)]
}

const CONTEXT_DIM = 5

/** A card is shown once an answer, by its first impression, and rewarded once, by the first click or more after it. */
export class Bandits {
  readonly firstCards = new LinUcb(CONTEXT_DIM)
  readonly coldPlaces = new LinUcb(CONTEXT_DIM)
  readonly #open = new Map<string, Partial<Record<Card, OpenCard>>>()
  #impressions = 0

  /** First cards seen; without any, nothing is drawn, for nothing could be learnt from it. */
  get impressions(): number {
    return this.#impressions
  }

  add(event: BanditEvent): void {
    const decision = event.recommendationId === undefined ? undefined : readDecision(event.recommendationId)
    if (decision === undefined) return
    const id = event.recommendationId!
    const x = contextOf(decision)
    if (event.type === 'impression') {
      const card = cardAt(event.position, decision)
      if (card === undefined || this.#open.get(id)?.[card] !== undefined) return
      this.#open.set(id, { ...this.#open.get(id), [card]: { placeId: event.placeId, rewarded: false } })
      this.#show(card, event.placeId, decision, x, 1)
      for (const oldest of this.#open.keys()) {
        if (this.#open.size <= OPEN_ANSWERS) break
        this.#open.delete(oldest)
      }
    } else if (eventStrength(event) >= REWARDED_STRENGTH) {
      for (const [card, open] of this.#cards(id, event.placeId)) {
        if (open.rewarded) continue
        open.rewarded = true
        this.#reward(card, event.placeId, decision, x, 1)
      }
    }
  }

  /**
   * Takes back an event added before (a user was erased), in any order. Of answers that are settled the sums keep what
   * they learnt, which names no user, until the log is replayed without it.
   */
  remove(event: BanditEvent): void {
    const decision = event.recommendationId === undefined ? undefined : readDecision(event.recommendationId)
    if (decision === undefined || event.type !== 'impression') return
    const id = event.recommendationId!
    const x = contextOf(decision)
    for (const [card, open] of this.#cards(id, event.placeId)) {
      if (card !== cardAt(event.position, decision)) continue
      if (open.rewarded) this.#reward(card, event.placeId, decision, x, -1)
      this.#show(card, event.placeId, decision, x, -1)
      delete this.#open.get(id)![card]
    }
  }

  #cards(id: string, placeId: string): (readonly [Card, OpenCard])[] {
    const cards = Object.entries(this.#open.get(id) ?? {}) as [Card, OpenCard][]
    return cards.filter(([, open]) => open.placeId === placeId)
  }

  #show(card: Card, placeId: string, decision: Decision, x: readonly number[], sign: 1 | -1): void {
    if (card === 'cold') return this.coldPlaces.show(placeId, x, sign)
    this.#impressions += sign
    this.firstCards.show(decision.firstCard, x, sign)
  }

  #reward(card: Card, placeId: string, decision: Decision, x: readonly number[], sign: 1 | -1): void {
    if (card === 'cold') this.coldPlaces.reward(placeId, x, sign)
    else this.firstCards.reward(decision.firstCard, x, sign)
  }
}

function cardAt(position: number | undefined, { cold }: Decision): Card | undefined {
  if (position === 0) return 'firstCard'
  return cold && position === COLD_POSITION ? 'cold' : undefined
}
