// The OpenAPI 3.1 document at /openapi.json and its human page at /docs, served from here alone.
// Leaves the description of each call to its route.
import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { CourseSchema, CoursesSchema } from '../domain/course.ts'
import { DescriptionSchema } from '../domain/description.ts'
import { PlaceInputSchema, PlaceViewSchema } from '../domain/place.ts'
import { ReasonSchema, RecommendationSchema } from '../domain/recommendation.ts'
import { RegionSchema } from '../domain/region.ts'
import { ShelfSchema, ShelvesSchema } from '../domain/theme.ts'
import { SpotSchema } from '../domain/spot.ts'
import { PROBLEM_TYPE, ProblemSchema } from './problem.ts'

const TAGS = {
  recommendations: 'Answers: nearby, similar, together, taste, search, themes, courses',
  places: 'The catalog of places',
  events: 'What users did',
  users: 'What is known about a user',
  vocabularies: 'What filters can name',
  map: 'Vector tiles',
  operations: 'Health and metrics',
} as const

export type Tag = keyof typeof TAGS

/** Schemas that the document names once and refers to. */
const SHARED = {
  Problem: ProblemSchema,
  Place: PlaceViewSchema,
  Description: DescriptionSchema,
  PlaceInput: PlaceInputSchema,
  Reason: ReasonSchema,
  Recommendation: RecommendationSchema,
  Course: CourseSchema,
  Courses: CoursesSchema,
  Shelf: ShelfSchema,
  Shelves: ShelvesSchema,
  Region: RegionSchema,
  Spot: SpotSchema,
} as const satisfies Record<string, TSchema>

export const shared = (name: keyof typeof SHARED): { $ref: string } => ({ $ref: `${name}#` })

/** A response of one media type. */
export const answer = (description: string, schema: object, mediaType = 'application/json') => ({
  description,
  content: { [mediaType]: { schema } },
})

export const noContent = (description: string) => ({ type: 'null', description })

/** The errors that every call can answer with. */
export const problems = {
  '4XX': answer(
    'What the caller can mend; the table of codes is docs/errors.md',
    shared('Problem'),
    PROBLEM_TYPE,
  ),
  '5XX': answer('What the service or its operator has to mend', shared('Problem'), PROBLEM_TYPE),
}

export async function registerOpenApi(server: FastifyInstance): Promise<void> {
  for (const [name, schema] of Object.entries(SHARED)) server.addSchema({ ...schema, $id: name })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dongne',
        description: 'Place recommendations under geographic filters, with a reason for each.',
        version: readVersion(),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key of DONGNE_API_KEYS, where any is set' },
        },
      },
      security: [{ key: [] }, {}],
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
  })
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    // Without it the page would show every document to an outside validator.
    uiConfig: { validatorUrl: null, deepLinking: true, tryItOutEnabled: true },
  })
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger())
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
