// The answer on the page: asks, asks again, fetches the next page; a newer question drops an older one's answer.
// Leaves showing it to app.ts.
import type { Course } from '../domain/course.ts'
import type { Api } from './api.ts'
import { courseItems, type Item, type Page } from './pages.ts'
import type { Question } from './question.ts'

export interface Answer {
  readonly items: readonly Item[]
  readonly origins: ReadonlyMap<string, Origin>
  /** Arms that the user is in; they go back with impressions. */
  readonly experiments?: Page['experiments']
  readonly nextPageToken?: string | undefined
  readonly degraded: readonly string[]
  readonly explanation?: string | undefined
  /** Where courses were asked for: all of them, and the one whose stops are the items. */
  readonly courses: readonly Course[]
  readonly course: number
}

/** The recommendation an item came with (every page has its own), its position there, and what chance had to do with it. */
export interface Origin extends Pick<Item, 'propensity' | 'choice'> {
  readonly recommendationId: string
  readonly position: number
}

export const NO_ANSWER: Answer = { items: [], origins: new Map(), degraded: [], courses: [], course: 0 }

export interface Answers {
  current(): Answer
  /** Asks; resolves with undefined where a newer question came meanwhile. Rejects with a Problem. */
  ask(question: Question): Promise<Answer | undefined>
  /** Appends the next page; undefined where there is none. */
  more(): Promise<Answer | undefined>
  /** Shows the stops of another course. */
  chooseCourse(course: number): Answer
  /** Asks for another place at a stop of the shown course; undefined where a newer question came, or there is none. */
  replaceStop(stop: number): Promise<Answer | undefined>
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
      answer = {
        items: [...base.items, ...page.items],
        origins: new Map([...base.origins, ...originsOf(page)]),
        nextPageToken: page.nextPageToken,
        experiments: page.experiments,
        degraded: page.degraded ?? [],
        explanation: page.explanation,
        courses: page.courses ?? [],
        course: 0,
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
    chooseCourse(course) {
      answer = { ...answer, course, items: courseItems(answer.courses[course]) }
      return answer
    },
    async replaceStop(stop) {
      if (asked === undefined) return undefined
      const placeIds = answer.items.map(({ place }) => place.id)
      const { course, courses } = answer
      const changed = { ...asked, body: { ...asked.body, replace: { placeIds, stop } } }
      const page = await api.ask(changed)
      const [found] = page.courses ?? []
      if (answer.courses !== courses || found === undefined) return undefined
      answer = {
        ...answer,
        origins: new Map([...answer.origins, ...originsOf(page)]),
        courses: courses.with(course, found),
        items: page.items,
      }
      return answer
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

/** Of courses the stops of all: choosing another one asks nothing. */
function originsOf({ items, courses, recommendationId }: Page): (readonly [string, Origin])[] {
  const lists = courses === undefined ? [items] : courses.map(courseItems)
  return lists.flatMap((list) =>
    list.map(({ place, propensity, choice }, position) => [
      place.id ?? '',
      {
        recommendationId,
        position,
        ...(propensity !== undefined && { propensity }),
        ...(choice && { choice }),
      },
    ]),
  )
}
