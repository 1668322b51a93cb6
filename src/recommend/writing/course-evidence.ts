// What may be said of a course: its stops in their order and the ways between them. Leaves making courses to others.
import type { Locale } from '../../domain/names.ts'

export interface CourseStop {
  readonly name: string
  readonly category?: string
  readonly area?: string
  /** "13:30", local time. */
  readonly arriveAt?: string
  readonly stayMinutes?: number
}

export interface CourseLeg {
  readonly by: 'walk' | 'drive' | 'transit'
  readonly minutes: number
  readonly meters: number
}

export interface CourseEvidence {
  readonly locale: Locale
  /** At least one. */
  readonly stops: readonly CourseStop[]
  /** From each stop to the next: one less than stops, or none. */
  readonly legs: readonly CourseLeg[]
  readonly totalMinutes?: number
}
