// GET, PUT and DELETE /v1/places/{id}. Leaves batches to places-batch.ts, storage to the service.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { LocaleSchema } from '../../domain/names.ts'
import { PlaceId, PlaceInputSchema, parsePlaceInput } from '../../domain/place.ts'
import { DongneError } from '../../errors.ts'
import { checkOpeningHours } from '../../geo/opening-hours.ts'
import { answer, noContent, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { createQueryParser } from '../query.ts'

const Params = Type.Object({ id: PlaceId })
const Query = Type.Object({ locale: Type.Optional(LocaleSchema) }, { additionalProperties: false })
const BodySchema = Type.Object(
  { ...PlaceInputSchema.properties, id: Type.Optional(PlaceId) },
  { additionalProperties: false, description: 'The place; an id, if given, must be the one of the path' },
)

const parseParams = createQueryParser(Params)
const parseQuery = createQueryParser(Query)

export function registerPlaces(server: FastifyInstance, { service, metrics }: Parts): void {
  server.get(
    '/v1/places/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['places'],
        operationId: 'getPlace',
        summary: 'A place',
        params: Params,
        querystring: Query,
        response: { 200: answer('The place', shared('Place')), ...problems },
      },
    },
    async (request) => {
      const { locale = 'ko' } = parseQuery(request.query)
      return service.place(parseParams(request.params).id, locale)
    },
  )

  server.put(
    '/v1/places/:id',
    {
      config: { scope: 'write' },
      schema: {
        tags: ['places'],
        operationId: 'putPlace',
        summary: 'Create or replace a place; the next call knows it',
        params: Params,
        querystring: Query,
        body: BodySchema,
        response: {
          200: answer('The place as it is now; it was there before', shared('Place')),
          201: answer('The new place', shared('Place')),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { id } = parseParams(request.params)
      const { locale = 'ko' } = parseQuery(request.query)
      const [status] = await service.putPlaces([checkOpeningHours(parsePlaceInput(withId(request.body, id)))])
      metrics.countSaved(status)
      if (status === 'created') reply.code(201).header('location', `/v1/places/${encodeURIComponent(id)}`)
      return service.place(id, locale)
    },
  )

  server.delete(
    '/v1/places/:id',
    {
      config: { scope: 'write' },
      schema: {
        tags: ['places'],
        operationId: 'deletePlace',
        summary: 'Delete a place; the next call does not know it',
        params: Params,
        response: { 204: noContent('It is gone'), ...problems },
      },
    },
    async (request, reply) => {
      await service.deletePlace(parseParams(request.params).id)
      return reply.code(204).send()
    },
  )
}

/** The body with the id of the path, which it may repeat but not contradict. */
function withId(body: unknown, id: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  if (!Object.hasOwn(body, 'id')) return { id, ...body }
  const { id: sent } = body as { id: unknown }
  if (typeof sent === 'string' && sent !== id) {
    const detail = `is "${sent}" but the path says "${id}"`
    throw new DongneError('invalid-request', `/id ${detail}`, { errors: [{ pointer: '/id', detail }] })
  }
  return body
}
