// One page of an answer in one form: places, shelves and courses all become a numbered list of places.
// Leaves fetching to api.ts, showing to cards.ts and course-view.ts.
import type { Course, CourseStop } from '../domain/course.ts'
import type { Recommendation } from '../domain/recommendation.ts'
import type { Shelf } from '../domain/theme.ts'
import type { Question } from './question.ts'

export type Item = Recommendation['items'][number] & {
  /** The shelf that begins with this place. */
  readonly shelf?: Pick<Shelf, 'id' | 'title'>
  /** What the place is in a course. */
  readonly stop?: Omit<CourseStop, 'place' | 'reasons' | 'alternatives'>
}

export interface Page extends Omit<Recommendation, 'items'> {
  readonly items: readonly Item[]
  /** Of which the first is in `items`. */
  readonly courses?: readonly Course[]
}

/** @param body what the service answered to the question */
export function toPage({ call }: Pick<Question, 'call'>, body: unknown): Page {
  if (call === 'courses') return coursesPage(body as CoursesBody)
  if (call === 'themes') return shelvesPage(body as ShelvesBody)
  return body as Recommendation
}

type CoursesBody = Omit<Page, 'items'> & { readonly items: readonly Course[] }
type ShelvesBody = Omit<Page, 'items'> & { readonly items: readonly Shelf[] }

function coursesPage({ items: courses, ...rest }: CoursesBody): Page {
  return { ...rest, items: courses.length === 0 ? [] : courseItems(courses[0]), courses }
}

export function courseItems({ stops }: Course): Item[] {
  return stops.map(({ place, reasons, alternatives: _, ...stop }) => ({
    place,
    reasons,
    score: 0,
    ...(stop.open !== undefined && { open: stop.open }),
    stop,
  }))
}

/** A place that stands on two shelves is shown on the first. */
function shelvesPage({ items: shelves, ...rest }: ShelvesBody): Page {
  const seen = new Set<string>()
  const items = shelves.flatMap(({ id, title, items: places }) => {
    const fresh = places.filter(({ place }) => !seen.has(place.id ?? ''))
    for (const { place } of fresh) seen.add(place.id ?? '')
    return fresh.map((item, index): Item => (index === 0 ? { ...item, shelf: { id, title } } : item))
  })
  return { ...rest, items }
}
