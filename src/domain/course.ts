// Courses: the request schema with its parser, and the answer. Leaves planning to recommend/courses/.
import { Type, type Static } from 'typebox'
import { DongneError } from '../errors.ts'
import { Instant, parseInstant } from './event.ts'
import { PlaceId, PlaceViewSchema } from './place.ts'
import { baseProperties, Near, ReasonSchema, withDefaults, type BaseRequest } from './recommendation.ts'
import { createParser } from './schema.ts'

/** What a stop is for; the rhythm of a course is told by it. */
export const STOP_ROLES = ['meal', 'cafe', 'sight', 'shop', 'play', 'drink', 'other'] as const
export type StopRole = (typeof STOP_ROLES)[number]

export const MIN_STOPS = 3
export const MAX_STOPS = 6
const MAX_COURSES = 5

const { pageToken: _, limit: __, ...askedProperties } = baseProperties

export const CourseRequestSchema = Type.Object(
  {
    ...askedProperties,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_COURSES, default: 3, description: 'Courses, different ones' }),
    ),
    near: Type.Optional(Near),
    startAt: Type.Optional(
      Type.String({ ...Instant, description: 'RFC 3339 instant to set out; now by default' }),
    ),
    stops: Type.Optional(Type.Integer({ minimum: MIN_STOPS, maximum: MAX_STOPS, default: 4 })),
    travel: Type.Optional(Type.Enum(['walk', 'drive'], { default: 'walk' })),
    maxMinutes: Type.Optional(
      Type.Integer({
        minimum: 30,
        maximum: 1440,
        default: 480,
        description: 'Longest time from setting out to leaving the last stop',
      }),
    ),
    mustVisit: Type.Optional(
      Type.Array(PlaceId, {
        minItems: 1,
        maxItems: MAX_STOPS,
        uniqueItems: true,
        description: 'In any order',
      }),
    ),
    replace: Type.Optional(
      Type.Object(
        {
          placeIds: Type.Array(PlaceId, { minItems: 1, maxItems: MAX_STOPS, uniqueItems: true }),
          stop: Type.Integer({ minimum: 0, maximum: MAX_STOPS - 1, description: 'From 0' }),
        },
        {
          additionalProperties: false,
          description: 'The stops of a course, of which one is to be another; the rest stays as it is',
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Stops in order, from a point, inside an area or around places',
  },
)

export interface CourseRequest extends BaseRequest {
  /** Milliseconds since 1970. */
  readonly startAt: number
  readonly stops: number
  readonly travel: 'walk' | 'drive'
  readonly maxMinutes: number
  readonly mustVisit: readonly string[]
  readonly replace?: { readonly placeIds: readonly string[]; readonly stop: number }
}

const courseShape = createParser(CourseRequestSchema)

/** Throws invalid-request or invalid-geometry with pointers into the body. */
export function parseCourseRequest(body: unknown, now = Date.now()): CourseRequest {
  const { startAt, stops, travel, maxMinutes, mustVisit, limit, replace, ...rest } = courseShape(body)
  const count = replace?.placeIds.length ?? stops ?? Math.max(4, mustVisit?.length ?? 0)
  if (mustVisit !== undefined && mustVisit.length > count) {
    throw invalid('/mustVisit', `has ${mustVisit.length} places for ${count} stops`)
  }
  if (replace !== undefined && replace.stop >= replace.placeIds.length) {
    throw invalid('/replace/stop', `is ${replace.stop}, of ${replace.placeIds.length} stops counted from 0`)
  }
  return {
    ...withDefaults(rest),
    limit: limit ?? 3,
    startAt: startAt === undefined ? now : parseInstant(startAt, '/startAt'),
    stops: count,
    travel: travel ?? 'walk',
    maxMinutes: maxMinutes ?? 480,
    mustVisit: mustVisit ?? [],
    ...(replace && { replace }),
  }
}

function invalid(pointer: string, detail: string): DongneError {
  return new DongneError('invalid-request', `${pointer} ${detail}`, { errors: [{ pointer, detail }] })
}

const LocalTime = Type.String({ description: 'RFC 3339, in the time zone of the place' })

export const CourseStopSchema = Type.Object({
  place: Type.Partial(PlaceViewSchema),
  role: Type.Enum([...STOP_ROLES]),
  arriveAt: LocalTime,
  leaveAt: LocalTime,
  stayMinutes: Type.Integer(),
  travelMinutes: Type.Integer({
    description: 'From the stop before, or from the start; 0 for a first stop without one',
  }),
  distanceMeters: Type.Integer({ description: 'The same, as the crow flies' }),
  waitMinutes: Type.Optional(Type.Integer({ description: 'Until it opens' })),
  open: Type.Optional(
    Type.Boolean({
      description: 'True where it is known to be open all the stay; absent where its hours are not known',
    }),
  ),
  reasons: Type.Array(ReasonSchema),
  alternatives: Type.Array(Type.Object({ place: Type.Partial(PlaceViewSchema), score: Type.Number() }), {
    description: 'What could stand here instead, the rest as it is, best first',
  }),
})
export type CourseStop = Static<typeof CourseStopSchema>

export const CourseSchema = Type.Object({
  stops: Type.Array(CourseStopSchema),
  description: Type.String(),
  generatedBy: Type.Enum(['template', 'model'], { description: 'Who wrote the description' }),
  startAt: LocalTime,
  endAt: LocalTime,
  totalMinutes: Type.Integer(),
  travelMinutes: Type.Integer(),
  distanceMeters: Type.Integer(),
  score: Type.Number(),
})
export type Course = Static<typeof CourseSchema>

export const CoursesSchema = Type.Object({
  recommendationId: Type.String(),
  items: Type.Array(CourseSchema),
  degraded: Type.Optional(Type.Array(Type.String())),
  explanation: Type.Optional(
    Type.String({ description: 'Why there is none, or why it is not what was asked; in the locale' }),
  ),
})
export type Courses = Static<typeof CoursesSchema>
