// What a stranger did on this page: actions and hidden places, kept for the tab (sessionStorage).
// Leaves the actions of a chosen user to the service, which stores them as events.
import type { EventType } from '../domain/event.ts'

export interface RecentAction {
  readonly placeId: string
  readonly type: EventType
  /** RFC 3339. */
  readonly at: string
}

export interface Memory {
  /** Oldest first. */
  readonly recent: readonly RecentAction[]
  readonly dislikes: readonly string[]
}

export const NOTHING_KNOWN: Memory = { recent: [], dislikes: [] }

// The service takes at most this many (WhoSchema in domain/where.ts).
const MAX_RECENT = 200
const MAX_DISLIKES = 1000

export function remember(memory: Memory, action: RecentAction): Memory {
  return { ...memory, recent: [...memory.recent, action].slice(-MAX_RECENT) }
}

/** A hidden place is disliked, and what was done with it before counts no more. */
export function dislike(memory: Memory, placeId: string): Memory {
  return {
    recent: memory.recent.filter((action) => action.placeId !== placeId),
    dislikes: [...memory.dislikes.filter((id) => id !== placeId), placeId].slice(-MAX_DISLIKES),
  }
}

const STORAGE_KEY = 'dongne.stranger'

export function loadMemory(storage: Storage): Memory {
  try {
    const stored = JSON.parse(storage.getItem(STORAGE_KEY) ?? 'null') as Partial<Memory> | null
    if (!Array.isArray(stored?.recent) || !Array.isArray(stored.dislikes)) return NOTHING_KNOWN
    return { recent: stored.recent, dislikes: stored.dislikes }
  } catch {
    return NOTHING_KNOWN // written by something else: a stranger's memory is worth no error
  }
}

export function saveMemory(storage: Storage, memory: Memory): void {
  storage.setItem(STORAGE_KEY, JSON.stringify(memory))
}
