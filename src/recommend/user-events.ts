// The newest events of the users who ask, kept in memory: a session asks every few seconds. The change feed keeps them true
// (live.ts). Leaves storage to the catalog.
import type { StoredEvent } from '../catalog/port.ts'

/** Newest actions of a user that answers look at; older ones live on in the trained vector. */
export const MAX_EVENTS = 300
/** Up to 60 kB each. */
const MAX_USERS = 1000

type Read = (userId: string, limit: number) => Promise<readonly StoredEvent[]>

export class UserEvents {
  readonly #read: Read
  /** In the order of asking, the newest last. */
  readonly #known = new Map<string, readonly StoredEvent[]>()
  #changes = 0

  constructor(read: Read) {
    this.#read = read
  }

  /** Newest first, without impressions. */
  async of(userId: string): Promise<readonly StoredEvent[]> {
    const known = this.#known.get(userId)
    if (known !== undefined) {
      this.#keep(userId, known)
      return known
    }
    const changes = this.#changes
    const events = await this.#read(userId, MAX_EVENTS)
    if (changes === this.#changes) this.#keep(userId, events)
    return events
  }

  /** The user did something, or was erased. */
  forget(userId: string): void {
    this.#changes++
    this.#known.delete(userId)
  }

  /** Some user was erased by another process. */
  clear(): void {
    this.#changes++
    this.#known.clear()
  }

  #keep(userId: string, events: readonly StoredEvent[]): void {
    this.#known.delete(userId)
    this.#known.set(userId, events)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_USERS) return
      this.#known.delete(oldest)
    }
  }
}
