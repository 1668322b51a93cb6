// What answers taught: exposures, dislikes and bandits, each a function of the event log. Every process replays the log
// from its beginning when it starts and follows it before each request (live.ts), so that a restart, or another process,
// has the same state at the same event.
import type { Event } from '../domain/event.ts'
import { Bandits } from './bandits.ts'
import { Dislikes } from './dislikes.ts'
import { Exposures } from './exposures.ts'

export class Feedback {
  readonly exposures = new Exposures()
  readonly dislikes = new Dislikes()
  readonly bandits = new Bandits()

  add(event: Omit<Event, 'id'>): void {
    this.exposures.add(event)
    this.dislikes.add(event)
    this.bandits.add(event)
  }

  /** Takes back what a user did (the user was erased); `event` is any one of the user's. */
  remove(event: Omit<Event, 'id'>): void {
    this.exposures.forget(event.userId)
    this.dislikes.forget(event.userId)
    this.bandits.remove(event)
  }
}
