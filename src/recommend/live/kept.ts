// What was worked out for one state of catalog and index, as long as that state lasts: people ask the same things.
// Leaves what a state is to live.ts.
import { LastUsed } from '../../math/last-used.ts'

export interface KeptValues<T> {
  get(key: string): T | undefined
  /** Ignored where the state is no longer the newest. */
  set(key: string, value: T): void
}

/** Values of the newest state, at most `limit`; the one that was asked for longest ago goes first. */
export class Kept<T extends {}> {
  readonly #values: LastUsed<string, T>
  #state = ''

  constructor(limit: number) {
    this.#values = new LastUsed(limit)
  }

  /** Begins anew where the state is another one than at the last call; values of the call before are out of reach then. */
  of(state: string): KeptValues<T> {
    if (state !== this.#state) this.#values.clear()
    this.#state = state
    return {
      get: (key) => (state === this.#state ? this.#values.get(key) : undefined),
      set: (key, value) => {
        if (state === this.#state) this.#values.set(key, value)
      },
    }
  }
}
