// What the reader does on this page: events of a chosen user go to the service, a stranger's into memory.ts.
// Leaves showing the effects to app.ts.
import type { EventType } from '../domain/event.ts'
import type { Api } from './api.ts'
import { dislike, loadMemory, NOTHING_KNOWN, remember, saveMemory, type Memory } from './memory.ts'

interface Action {
  /** Absent for a stranger. */
  readonly userId: string | undefined
  readonly type: EventType
  readonly placeId: string
  readonly recommendationId?: string | undefined
  readonly position?: number | undefined
  /** The words of the search whose answer showed the place. */
  readonly query?: string | undefined
}

export interface Session {
  /** Of the stranger. */
  memory(): Memory
  savedBy(userId: string | undefined): ReadonlySet<string>
  /** Actions that the answer on the page does not know of yet. */
  unlearned(): number
  /** To be called when a new answer is asked: it knows of everything. */
  learn(): void
  /** Rejects with a Problem where the service did not take it; then it counts as not done. */
  record(action: Action): Promise<void>
  /** Forgets all of the stranger. */
  forget(): void
}

export function createSession(api: Api, storage: Storage): Session {
  let memory = loadMemory(storage)
  let unlearned = 0
  const saved = new Map<string, Set<string>>()

  const savedBy = (userId = ''): Set<string> => {
    const mine = saved.get(userId) ?? new Set()
    saved.set(userId, mine)
    return mine
  }

  function keep(next: Memory): void {
    memory = next
    saveMemory(storage, memory)
  }

  return {
    memory: () => memory,
    savedBy,
    unlearned: () => unlearned,
    learn: () => void (unlearned = 0),
    async record({ userId, type, placeId, recommendationId, position, query }) {
      if (userId === undefined) {
        const at = new Date().toISOString()
        keep(type === 'hide' ? dislike(memory, placeId) : remember(memory, { placeId, type, at }))
      } else {
        await api.sendEvent({
          userId,
          type,
          placeId,
          ...(recommendationId !== undefined && { recommendationId }),
          ...(query !== undefined && { query }),
          ...(position !== undefined && { position }),
        })
      }
      if (type === 'save') savedBy(userId).add(placeId)
      unlearned++
    },
    forget() {
      keep(NOTHING_KNOWN)
      saved.delete('')
      unlearned = 0
    },
  }
}
