// POST /v1/nearby, /v1/similar, /v1/together, /v1/taste, /v1/search: body → parsed question → answer as JSON or GeoJSON.
// Leaves answering to the service.
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import {
  NearbyRequestSchema,
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  parseTogetherRequest,
  SearchRequestSchema,
  SimilarRequestSchema,
  TasteRequestSchema,
  TogetherRequestSchema,
  type BaseRequest,
  type Recommendation,
} from '../../domain/recommendation.ts'
import { withDeadline } from '../deadline.ts'
import { GEOJSON_TYPE, recommendationFeatures, wantsGeoJson } from '../geojson.ts'
import { problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'

interface Call<R extends BaseRequest> {
  readonly name: string
  readonly summary: string
  readonly body: TSchema
  readonly parse: (body: unknown) => R
  readonly ask: (question: R, signal: AbortSignal) => Promise<Recommendation>
}

export function registerRecommendations(
  server: FastifyInstance,
  { service, metrics, requireScope }: Parts,
): void {
  function addCall<R extends BaseRequest>({ name, summary, body, parse, ask }: Call<R>): void {
    server.post(
      `/v1/${name}`,
      {
        config: { scope: 'read' },
        schema: {
          tags: ['recommendations'],
          operationId: name,
          summary,
          body,
          response: { 200: RECOMMENDATION_ANSWER, ...problems },
        },
      },
      async (request, reply) => {
        const geojson = wantsGeoJson(request)
        const question = parse(request.body)
        if (question.debug === true) requireScope(request, 'admin')
        const answer = await withDeadline(reply, (signal) =>
          ask(geojson ? withCoordinates(question) : question, signal),
        )
        metrics.countServed(name, answer.items.length)
        reply.header('vary', 'accept')
        if (!geojson) return answer
        return reply.type(GEOJSON_TYPE).send(JSON.stringify(recommendationFeatures(answer)))
      },
    )
  }

  addCall({
    name: 'nearby',
    summary: 'What is good around a point or inside an area, at this hour and for this user',
    body: NearbyRequestSchema,
    parse: (body) => parseNearbyRequest(body),
    ask: (question, signal) => service.nearby(question, signal),
  })
  addCall({
    name: 'similar',
    summary: 'Places like the given ones',
    body: SimilarRequestSchema,
    parse: parseSimilarRequest,
    ask: (question, signal) => service.similar(question, signal),
  })
  addCall({
    name: 'together',
    summary: 'Places that people visit or look at together with the given ones',
    body: TogetherRequestSchema,
    parse: parseTogetherRequest,
    ask: (question, signal) => service.together(question, signal),
  })
  addCall({
    name: 'taste',
    summary: 'Personal picks inside an area',
    body: TasteRequestSchema,
    parse: parseTasteRequest,
    ask: (question, signal) => service.taste(question, signal),
  })
  addCall({
    name: 'search',
    summary: 'Words and likeness together, inside an area',
    body: SearchRequestSchema,
    parse: parseSearchRequest,
    ask: (question, signal) => service.search(question, signal),
  })
}

/** A feature needs its point, also where `fields` leaves it out. */
function withCoordinates<R extends BaseRequest>(question: R): R {
  if (question.fields === undefined) return question
  return { ...question, fields: [...new Set([...question.fields, 'lng', 'lat'] as const)] }
}

const RECOMMENDATION_ANSWER = {
  description: 'The places, best first, each with reasons',
  content: {
    'application/json': { schema: shared('Recommendation') },
    [GEOJSON_TYPE]: {
      schema: {
        type: 'object',
        description:
          'A FeatureCollection: a point a place, with score, distanceMeters and reasons as properties',
        required: ['type', 'features', 'recommendationId'],
        properties: {
          type: { const: 'FeatureCollection' },
          features: { type: 'array', items: { type: 'object' } },
          recommendationId: { type: 'string' },
          nextPageToken: { type: 'string' },
        },
      },
    },
  },
}
