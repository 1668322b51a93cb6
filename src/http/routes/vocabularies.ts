// GET /v1/regions, /v1/spots, /v1/categories: what filters can name. As GeoJSON too, where it has a place on the map.
// Leaves the matching of names to the service.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { CategorySchema } from '../../domain/category.ts'
import { RegionCode } from '../../domain/region.ts'
import { featureCollection, GEOJSON_TYPE, regionFeature, spotFeature, wantsGeoJson } from '../geojson.ts'
import { answer, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { createQueryParser } from '../query.ts'

const RegionsQuery = Type.Object(
  {
    geometry: Type.Optional(
      Type.Boolean({ description: 'With boundaries, which are large; false by default, true for GeoJSON' }),
    ),
    parent: Type.Optional(RegionCode),
  },
  { additionalProperties: false },
)
const parseRegionsQuery = createQueryParser(RegionsQuery)

const GEOJSON = { [GEOJSON_TYPE]: { schema: { type: 'object', description: 'A FeatureCollection' } } }

const list = (key: string, items: object) => ({
  'application/json': {
    schema: { type: 'object', required: [key], properties: { [key]: { type: 'array', items } } },
  },
})

export function registerVocabularies(server: FastifyInstance, { service }: Parts): void {
  server.get(
    '/v1/regions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['vocabularies'],
        operationId: 'listRegions',
        summary: 'Administrative areas; a filter by one finds what lies in it and below it',
        querystring: RegionsQuery,
        response: {
          200: {
            description: 'The regions',
            content: { ...list('regions', shared('Region')), ...GEOJSON },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const geojson = wantsGeoJson(request)
      const { geometry = geojson, parent } = parseRegionsQuery(request.query)
      const regions = await service.regions({
        withGeometry: geometry,
        ...(parent !== undefined && { parent }),
      })
      reply.header('vary', 'accept')
      if (!geojson) return { regions }
      return reply.type(GEOJSON_TYPE).send(JSON.stringify(featureCollection(regions.map(regionFeature))))
    },
  )

  server.get(
    '/v1/spots',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['vocabularies'],
        operationId: 'listSpots',
        summary: 'Named hang-out areas, with their circle or boundary',
        response: {
          200: { description: 'The spots', content: { ...list('spots', shared('Spot')), ...GEOJSON } },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const spots = await service.spots()
      reply.header('vary', 'accept')
      if (!wantsGeoJson(request)) return { spots }
      return reply.type(GEOJSON_TYPE).send(JSON.stringify(featureCollection(spots.map(spotFeature))))
    },
  )

  server.get(
    '/v1/categories',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['vocabularies'],
        operationId: 'listCategories',
        summary: 'Category codes; a filter by "food" finds "food/cafe" too',
        response: {
          200: answer(
            'The categories',
            Type.Object({
              categories: Type.Array(
                Type.Object({
                  ...CategorySchema.properties,
                  places: Type.Integer({ description: 'Open places in it or below it' }),
                }),
              ),
            }),
          ),
          ...problems,
        },
      },
    },
    async () => ({ categories: await service.categories() }),
  )
}
