// The newest events of users, those asked for last: answers to one user follow each other.
// Leaves reading them, and knowing when they are old, to live.ts.
import type { StoredEvent } from '../catalog/port.ts'

/** Events kept: some 200 bytes each. */
const LIMIT = 200_000

export class KeptEvents {
  readonly #byUser = new Map<string, readonly StoredEvent[]>()
  /** Events and users. */
  #size = 0

  get(userId: string): readonly StoredEvent[] | undefined {
    return this.#byUser.get(userId)
  }

  /** Users kept longest go where there are more than LIMIT. */
  set(userId: string, events: readonly StoredEvent[]): void {
    this.drop(userId)
    this.#byUser.set(userId, events)
    this.#size += events.length + 1
    for (const oldest of this.#byUser.keys()) {
      if (this.#size <= LIMIT) break
      this.drop(oldest)
    }
  }

  drop(userId: string): void {
    const known = this.#byUser.get(userId)
    if (known === undefined) return
    this.#byUser.delete(userId)
    this.#size -= known.length + 1
  }

  clear(): void {
    this.#byUser.clear()
    this.#size = 0
  }
}
