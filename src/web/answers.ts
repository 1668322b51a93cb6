// The answer on the page: asks, asks again, fetches the next page; a newer question drops an older one's answer.
// Leaves showing it to app.ts.
import type { Api, Item } from './api.ts'
import type { Question } from './question.ts'

export interface Answer {
  readonly items: readonly Item[]
  /** The recommendation each item came with (every page has its own), and its position there. */
  readonly origins: ReadonlyMap<string, { readonly recommendationId: string; readonly position: number }>
  readonly nextPageToken?: string | undefined
  readonly degraded: readonly string[]
  readonly explanation?: string | undefined
}

export const NO_ANSWER: Answer = { items: [], origins: new Map(), degraded: [] }

export interface Answers {
  current(): Answer
  /** Asks; resolves with undefined where a newer question came meanwhile. Rejects with a Problem. */
  ask(question: Question): Promise<Answer | undefined>
  /** Appends the next page; undefined where there is none. */
  more(): Promise<Answer | undefined>
  /** Takes a place out of the answer at once. */
  drop(placeId: string): Answer
  /** Forgets the answer, and the one on its way. */
  clear(): void
}

export function createAnswers(api: Api): Answers {
  let answer = NO_ANSWER
  let asked: Question | undefined
  let underWay = new AbortController()

  async function fetchPage(question: Question, pageToken?: string): Promise<Answer | undefined> {
    underWay.abort()
    const mine = (underWay = new AbortController())
    const base = pageToken === undefined ? NO_ANSWER : answer
    try {
      const page = await api.ask(question, pageToken, mine.signal)
      if (mine.signal.aborted) return undefined
      const origins = new Map(base.origins)
      page.items.forEach(({ place }, position) => {
        origins.set(place.id ?? '', { recommendationId: page.recommendationId, position })
      })
      answer = {
        items: [...base.items, ...page.items],
        origins,
        nextPageToken: page.nextPageToken,
        degraded: page.degraded ?? [],
        explanation: page.explanation,
      }
      return answer
    } catch (error) {
      if (mine.signal.aborted) return undefined
      throw error
    }
  }

  return {
    current: () => answer,
    async ask(question) {
      asked = question
      return fetchPage(question)
    },
    async more() {
      if (asked === undefined || answer.nextPageToken === undefined) return undefined
      return fetchPage(asked, answer.nextPageToken)
    },
    drop(placeId) {
      answer = { ...answer, items: answer.items.filter(({ place }) => place.id !== placeId) }
      return answer
    },
    clear() {
      underWay.abort()
      asked = undefined
      answer = NO_ANSWER
    },
  }
}
