// What the bandits learnt, from the event log: impressions that carry a choice, and what was done with what they showed.
// Leaves choosing to re-rank/, the arithmetic to lin-ucb.ts.
//
// The state is a function of the events in their order (seq): every process that follows the change feed has the same, and
// a restart reads it again from the first event. Nothing else is stored.
import { eventStrength, type Choice, type Event } from '../../domain/event.ts'
import { LastUsed } from '../../math/last-used.ts'
import { LinUcb } from './lin-ucb.ts'

/** The bandits there are, with the length of their contexts. */
const DIMS: Readonly<Record<Choice['bandit'], number>> = { 'first-card': 3, 'cold-share': 3 }

/** Choices that can still be rewarded: those shown last. Some 300 bytes each. */
const PENDING = 100_000

type FeedbackEvent = Pick<Event, 'type' | 'placeId' | 'rating' | 'recommendationId' | 'choice'>

export class Bandits {
  readonly #bandits = new Map(Object.entries(DIMS).map(([name, dim]) => [name, new LinUcb(dim)]))
  readonly #pending = new LastUsed<string, { readonly choice: Choice; rewarded: boolean }>(PENDING)

  of(name: Choice['bandit']): LinUcb {
    return this.#bandits.get(name)!
  }

  /** An impression counts once a list and place, the first action of a liking on it as its reward of 1. */
  add(event: FeedbackEvent): void {
    if (event.recommendationId === undefined) return
    const key = keyOf(event)
    const pending = this.#pending.peek(key)
    if (event.type === 'impression') {
      const { choice } = event
      if (choice === undefined || pending !== undefined || choice.context.length !== DIMS[choice.bandit])
        return
      this.of(choice.bandit).observe(choice.arm, choice.context)
      this.#pending.set(key, { choice, rewarded: false })
    } else if (pending !== undefined && !pending.rewarded && eventStrength(event) > 0) {
      pending.rewarded = true
      this.of(pending.choice.bandit).reward(pending.choice.arm, pending.choice.context, 1)
    }
  }

  /** Takes back all events of one user, of whom none are left. */
  forget(events: readonly FeedbackEvent[]): void {
    const undone = new Set<string>()
    for (const event of events) {
      const { choice } = event
      const key = keyOf(event)
      if (event.type !== 'impression' || choice === undefined || undone.has(key)) continue
      undone.add(key)
      const pending = this.#pending.peek(key)
      if (pending === undefined) continue
      this.#pending.delete(key)
      if (pending.rewarded) this.of(choice.bandit).reward(choice.arm, choice.context, -1)
      this.of(choice.bandit).observe(choice.arm, choice.context, -1)
    }
  }
}

function keyOf({ recommendationId, placeId }: FeedbackEvent): string {
  return `${recommendationId} ${placeId}`
}
