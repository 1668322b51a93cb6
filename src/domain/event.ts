// Event: what a user did with a place, or was shown. Strengths are defaults that training and serving share.
// Leaves storage to catalog/, use to graph/ and recommend/.
import { Type, type Static } from 'typebox'
import { PlaceId } from './place.ts'
import { createParser } from './schema.ts'
import { DongneError } from '../errors.ts'

/**
 * What an action says about liking, by type (design.md). A review's strength follows its rating (`eventStrength`);
 * negative ones are dislikes; an impression says nothing by itself.
 */
export const EVENT_STRENGTHS = {
  view: 0.2,
  click: 1,
  share: 2,
  save: 3,
  directions: 3,
  call: 3,
  booking: 5,
  visit: 5,
  review: 5,
  hide: -3,
  dislike: -5,
  impression: 0,
} as const satisfies Record<string, number>

export type EventType = keyof typeof EVENT_STRENGTHS

export const EVENT_TYPES = Object.keys(EVENT_STRENGTHS) as EventType[]

export const EventTypeSchema = Type.Enum(EVENT_TYPES)

export const UserId = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'User id, chosen by the client',
})

/** The form of RFC 3339 with seconds left out at will. */
export const INSTANT_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$'

export const Instant = Type.String({
  maxLength: 40,
  pattern: INSTANT_PATTERN,
  description: 'RFC 3339 instant with its offset, e.g. 2026-05-01T18:30:00+09:00',
})

export const BANDITS = ['first-card', 'cold-share'] as const

export const ChoiceSchema = Type.Object(
  {
    bandit: Type.Enum([...BANDITS]),
    arm: Type.String({ minLength: 1, maxLength: 200 }),
    context: Type.Array(Type.Number({ minimum: -1, maximum: 1 }), { maxItems: 16 }),
    propensity: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description:
        'Probability of the arm; that of the place is higher where several arms would have shown it',
    }),
  },
  {
    additionalProperties: false,
    description:
      'What a bandit decided and by what; comes with an answer and is sent back with its impression',
  },
)

export type Choice = Static<typeof ChoiceSchema>

export const PropensitySchema = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1,
  description: 'Probability with which the place was shown at its position; absent: 1',
})

export const ExperimentsSchema = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 50,
  description: 'Arms of experiments that the user is in, as experiment:arm',
})

/** Calls whose answers are lists of places. */
export const LIST_CALLS = ['nearby', 'similar', 'together', 'taste', 'search', 'themes'] as const

export const ListCallSchema = Type.Enum([...LIST_CALLS], {
  description: 'The call whose answer showed the place; of impressions',
})

export const SearchedSchema = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The words of a search or intent whose answer showed the place; of impressions and actions',
})

export const EventInputSchema = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Makes sending again harmless; made up where absent',
      }),
    ),
    userId: UserId,
    type: EventTypeSchema,
    placeId: PlaceId,
    at: Type.Optional(Instant),
    rating: Type.Optional(Type.Number({ minimum: 0, maximum: 5, description: 'Of a review' })),
    recommendationId: Type.Optional(Type.String({ maxLength: 100 })),
    position: Type.Optional(Type.Integer({ minimum: 0, description: 'Place in the list, from 0' })),
    propensity: Type.Optional(PropensitySchema),
    choice: Type.Optional(ChoiceSchema),
    experiments: Type.Optional(ExperimentsSchema),
    call: Type.Optional(ListCallSchema),
    query: Type.Optional(SearchedSchema),
  },
  { additionalProperties: false },
)

/** An event as sent. */
export type EventInput = Static<typeof EventInputSchema>

/** An event as stored: with an id, and `at` in milliseconds since 1970 (UTC). */
export interface Event {
  readonly id: string
  readonly userId: string
  readonly type: EventType
  readonly placeId: string
  readonly at: number
  readonly rating?: number
  readonly recommendationId?: string
  readonly position?: number
  /** Of an impression: with what probability the place was shown there; 1 where absent. */
  readonly propensity?: number
  readonly choice?: Choice
  /** As experiment:arm. */
  readonly experiments?: readonly string[]
  /** The call whose answer showed the place. */
  readonly call?: (typeof LIST_CALLS)[number]
  /** The words of a search whose answer showed the place. */
  readonly query?: string
}

/**
 * How far ahead an event's time may be: clocks of phones are wrong by minutes, and a local time sent as UTC by up to 14
 * hours. A later one would count as the newest for as long as it lies ahead.
 */
const MAX_AHEAD_MS = 86_400_000

const parseEventShape = createParser(EventInputSchema)

/** Parses an event; `id` and `at` default to a random UUID and now. Throws invalid-request, also for an `at` in the future. */
export function parseEvent(value: unknown, now = Date.now()): Event {
  const { id, at: sentAt, ...event } = parseEventShape(value)
  const at = sentAt === undefined ? now : parseInstant(sentAt, '/at')
  if (at > now + MAX_AHEAD_MS) {
    const detail = `lies more than a day in the future (got "${sentAt}"); an event is something that happened`
    throw new DongneError('invalid-request', `/at ${detail}`, { errors: [{ pointer: '/at', detail }] })
  }
  return { id: id ?? crypto.randomUUID(), ...(event as Omit<Event, 'id' | 'at'>), at }
}

/** Milliseconds since 1970 of an RFC 3339 instant; throws invalid-request for an impossible date such as 02-30. */
export function parseInstant(text: string, pointer: string): number {
  const at = Date.parse(text)
  // Date.parse rolls 02-30 over to 03-02: the day has to survive the round trip in its own offset.
  const offset = /([+-])(\d{2}):(\d{2})$/.exec(text)
  const offsetMs =
    offset === null ? 0 : (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000
  if (Number.isNaN(at) || new Date(at + offsetMs).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    const detail = `is not a possible instant (got "${text}")`
    throw new DongneError('invalid-request', `${pointer} ${detail}`, { errors: [{ pointer, detail }] })
  }
  return at
}

/**
 * How strongly an event speaks for (or, below 0, against) its place. A review of r stars counts 5 · (r − 2.5) / 2.5,
 * so 5 stars weigh as much as a visit and 1 star is a dislike; a review without a rating counts as a click.
 */
export function eventStrength(event: Pick<Event, 'type' | 'rating'>): number {
  if (event.type !== 'review') return EVENT_STRENGTHS[event.type]
  return event.rating === undefined
    ? EVENT_STRENGTHS.click
    : (EVENT_STRENGTHS.review * (event.rating - 2.5)) / 2.5
}
