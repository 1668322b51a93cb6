// GET /v1/places/{id}/description. Leaves writing it to the service.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { LocaleSchema } from '../../domain/names.ts'
import { PlaceId } from '../../domain/place.ts'
import { answer, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { createQueryParser } from '../query.ts'

const Params = Type.Object({ id: PlaceId })
const Query = Type.Object({ locale: Type.Optional(LocaleSchema) }, { additionalProperties: false })

const parseParams = createQueryParser(Params)
const parseQuery = createQueryParser(Query)

export function registerPlaceDescription(server: FastifyInstance, { service }: Parts): void {
  server.get(
    '/v1/places/:id/description',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['places'],
        operationId: 'describePlace',
        summary:
          'A place in a sentence or two, from its facts and reviews, with the offsets of what is quoted',
        params: Params,
        querystring: Query,
        response: { 200: answer('What there is to say', shared('Description')), ...problems },
      },
    },
    async (request) => {
      const { locale = 'ko' } = parseQuery(request.query)
      return service.describePlace(parseParams(request.params).id, locale)
    },
  )
}
