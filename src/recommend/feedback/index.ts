// What answers learn from the event log besides activity: exposures, dislikes in company, the bandits' rewards, searches.
// Leaves following the log to live.ts. A function of the events in order: the same in every process, read again at start.
import type { Event } from '../../domain/event.ts'
import { Bandits } from './bandits.ts'
import { DislikedCompany } from './disliked-company.ts'
import { Exposures } from './exposures.ts'
import { SearchClicks } from './search-clicks.ts'

export class Feedback {
  readonly exposures = new Exposures()
  readonly company = new DislikedCompany()
  readonly bandits = new Bandits()
  readonly searches = new SearchClicks()

  add(event: Event): void {
    this.exposures.add(event)
    this.company.add(event)
    this.bandits.add(event)
    this.searches.add(event)
  }

  /** Takes back all events of the users behind these, of whom none are left. */
  forget(events: readonly Event[]): void {
    for (const userId of new Set(events.map((event) => event.userId))) {
      this.exposures.forget(userId)
      this.company.forget(userId)
    }
    this.bandits.forget(events)
    this.searches.forget(events)
  }
}
