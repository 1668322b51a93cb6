// The lists that users were shown, from the event log: each place with its position, its propensity and what came of it.
// Leaves positions' bias to examination.ts, learning to impressions.ts.
import { eventStrength, type Event } from '../../domain/event.ts'
import { LastUsed } from '../../math/last-used.ts'

/** Lists kept: those shown last. Some 2 kB each. */
const MAX_LISTS = 50_000

export interface ShownPlace {
  readonly placeId: string
  /** From 0. */
  readonly position: number
  /** Probability that it stands there, in (0, 1]; 1 where chance had no part. */
  readonly propensity: number
  /** A liking action followed on the same list and place. */
  readonly chosen: boolean
}

export interface LoggedList {
  readonly userId: string
  /** Of the first impression, milliseconds since 1970. */
  readonly at: number
  /** By position, each position and place once. */
  readonly shown: readonly ShownPlace[]
  /** Liking actions on what it showed, in the order of the log. */
  readonly actions: readonly { readonly placeId: string; readonly at: number }[]
}

type ListEvent = Pick<
  Event,
  'userId' | 'type' | 'placeId' | 'at' | 'rating' | 'recommendationId' | 'position' | 'propensity' | 'call'
>

interface OpenList {
  readonly userId: string
  readonly at: number
  readonly shown: Map<string, { readonly position: number; readonly propensity: number; chosen: boolean }>
  readonly actions: { readonly placeId: string; readonly at: number }[]
}

/** Collects lists of `nearby`, and of clients that do not say what they asked, as events come in the order of the log. */
export class ListLog {
  readonly #lists = new LastUsed<string, OpenList>(MAX_LISTS)

  add(event: ListEvent): void {
    const { userId, type, placeId, at, recommendationId, position, propensity = 1, call } = event
    if (recommendationId === undefined) return
    const list = this.#lists.peek(recommendationId)
    if (type !== 'impression') {
      const entry = list?.userId === userId ? list.shown.get(placeId) : undefined
      if (entry === undefined || eventStrength(event) <= 0) return
      entry.chosen = true
      list!.actions.push({ placeId, at })
      return
    }
    if (position === undefined || (call !== undefined && call !== 'nearby')) return
    if (list === undefined) {
      const shown = new Map([[placeId, { position, propensity, chosen: false }]])
      this.#lists.set(recommendationId, { userId, at, shown, actions: [] })
    } else if (list.userId === userId && !list.shown.has(placeId)) {
      list.shown.set(placeId, { position, propensity, chosen: false })
    }
  }

  /** In order of time. */
  lists(): LoggedList[] {
    return [...this.#lists.values()]
      .map(({ userId, at, shown, actions }) => {
        const byPosition = new Map<number, ShownPlace>()
        for (const [placeId, entry] of shown)
          if (!byPosition.has(entry.position)) byPosition.set(entry.position, { placeId, ...entry })
        const ordered = [...byPosition.values()].sort((a, b) => a.position - b.position)
        return { userId, at, shown: ordered, actions }
      })
      .sort((a, b) => a.at - b.at || (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0))
  }
}
