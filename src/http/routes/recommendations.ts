// POST /v1/nearby, /similar, /taste, /search. Leaves answering to the service.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import {
  NearbyRequestSchema,
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  RecommendationSchema,
  SearchRequestSchema,
  SimilarRequestSchema,
  TasteRequestSchema,
  type Recommendation,
} from '../../domain/recommendation.ts'
import type { Service } from '../../recommend/port.ts'
import { GEOJSON, toFeatureCollection } from '../geojson.ts'
import { ProblemSchema } from '../problem.ts'

export function addRecommendationRoutes(server: FastifyInstance, service: Service): void {
  add('nearby', NearbyRequestSchema, 'What is good around here', (body, signal) =>
    service.nearby(parseNearbyRequest(body), signal),
  )
  add('similar', SimilarRequestSchema, 'Places like the given ones', (body, signal) =>
    service.similar(parseSimilarRequest(body), signal),
  )
  add('taste', TasteRequestSchema, 'Personal picks', (body, signal) =>
    service.taste(parseTasteRequest(body), signal),
  )
  add('search', SearchRequestSchema, 'Text search', (body, signal) =>
    service.search(parseSearchRequest(body), signal),
  )

  function add(
    call: string,
    bodySchema: TSchema,
    summary: string,
    answer: (body: unknown, signal: AbortSignal) => Promise<Recommendation>,
  ): void {
    server.post(
      `/v1/${call}`,
      {
        config: { scope: 'read' },
        schema: {
          summary,
          tags: ['recommendations'],
          operationId: call,
          body: bodySchema,
          response: { 200: RecommendationSchema, default: ProblemSchema },
        },
      },
      async (request, reply) => {
        const found = await answer(request.body ?? {}, clientSignal(request, reply))
        if (!request.headers.accept?.includes(GEOJSON)) return found
        return reply.type(GEOJSON).send(toFeatureCollection(found))
      },
    )
  }
}

/** Aborts when the client goes away before the answer is out. */
function clientSignal(_request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const abort = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) abort.abort()
  })
  return abort.signal
}
