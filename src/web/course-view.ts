// Above the stops of a course: which of the courses, and what it is in words. Leaves the stops to cards.ts.
import type { Course } from '../domain/course.ts'
import { button, h } from './dom.ts'
import { t } from './texts.ts'

/** Empties `root` where there are no courses. */
export function renderCourses(
  root: HTMLElement,
  courses: readonly Course[],
  chosen: number,
  onChoose: (course: number) => void,
): void {
  root.hidden = courses.length === 0
  if (courses.length === 0) return root.replaceChildren()
  const choices = courses.map((_, index) =>
    button(
      { class: 'pill', id: `course-${index}`, 'aria-pressed': String(index === chosen) },
      () => onChoose(index),
      t('courseNumber', { number: index + 1 }),
    ),
  )
  root.replaceChildren(
    ...(courses.length > 1 ? [h('div', { class: 'course-choices' }, ...choices)] : []),
    h('p', { class: 'course-words' }, courses[chosen].description),
  )
}
