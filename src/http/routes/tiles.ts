// GET /v1/tiles/{z}/{x}/{y}.mvt and /v1/tiles.json: the map's vector tiles and their TileJSON 3.0.
// Leaves building tiles to ../tiles.ts.
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { DongneError } from '../../errors.ts'
import { answer, problems } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { createQueryParser } from '../query.ts'
import { MAX_ZOOM } from '../tiles.ts'

export const TILE_TYPE = 'application/vnd.mapbox-vector-tile'

const Params = Type.Object({
  z: Type.Integer({ minimum: 0, maximum: MAX_ZOOM, description: 'Zoom' }),
  x: Type.Integer({ minimum: 0, description: 'Column from the west' }),
  y: Type.Integer({ minimum: 0, description: 'Row from the north' }),
})
const parseParams = createQueryParser(Params)

const TileJsonSchema = Type.Object({
  tilejson: Type.Literal('3.0.0'),
  name: Type.String(),
  scheme: Type.Literal('xyz'),
  tiles: Type.Array(Type.String()),
  minzoom: Type.Integer(),
  maxzoom: Type.Integer(),
  bounds: Type.Optional(
    Type.Array(Type.Number(), {
      minItems: 4,
      maxItems: 4,
      description: 'The box of the most popular places',
    }),
  ),
  vector_layers: Type.Array(
    Type.Object({
      id: Type.String(),
      description: Type.String(),
      fields: Type.Record(Type.String(), Type.String()),
    }),
  ),
})

const LAYERS = [
  {
    id: 'places',
    description: 'The most popular places of the tile',
    fields: { id: 'String', name: 'String', 'name:ko': 'String', 'name:en': 'String', category: 'String' },
  },
  {
    id: 'regions',
    description: 'Administrative areas; level 0 are the largest',
    fields: { code: 'String', name: 'String', parent: 'String', level: 'Number' },
  },
  { id: 'spots', description: 'Named hang-out areas', fields: { id: 'String', name: 'String' } },
]

export function registerTiles(server: FastifyInstance, { tiles }: Parts): void {
  server.get(
    '/v1/tiles/:z/:x/:y.mvt',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['map'],
        operationId: 'getTile',
        summary: 'A vector tile with the layers places, regions and spots',
        params: Params,
        response: {
          200: answer('Mapbox Vector Tile 2.1', { type: 'string', format: 'binary' }, TILE_TYPE),
          304: { type: 'null', description: 'Not changed since the ETag of If-None-Match' },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const tile = parseParams(request.params)
      const size = 2 ** tile.z
      if (tile.x >= size || tile.y >= size) {
        const pointer = tile.x >= size ? '/x' : '/y'
        const detail = `must be below ${size} at zoom ${tile.z}`
        throw new DongneError('invalid-request', `${pointer} ${detail}`, { errors: [{ pointer, detail }] })
      }
      const encoded = await tiles.encode(tile)
      const etag = `"${createHash('sha256').update(encoded).digest('base64url').slice(0, 22)}"`
      reply.header('cache-control', 'no-cache').header('etag', etag)
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type(TILE_TYPE).send(Buffer.from(encoded))
    },
  )

  server.get(
    '/v1/tiles.json',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['map'],
        operationId: 'getTileJson',
        summary: 'Where the tiles are and what is in them',
        response: { 200: answer('TileJSON 3.0.0', TileJsonSchema), ...problems },
      },
    },
    async (request) => {
      const bounds = await tiles.bounds().catch(withoutIndex)
      return {
        tilejson: '3.0.0',
        name: 'dongne',
        scheme: 'xyz',
        tiles: [`${request.protocol}://${request.host}/v1/tiles/{z}/{x}/{y}.mvt`],
        minzoom: 0,
        maxzoom: MAX_ZOOM,
        ...(bounds !== undefined && { bounds }),
        vector_layers: LAYERS,
      }
    },
  )
}

/** Without an index the rest of the TileJSON is true all the same. */
function withoutIndex(error: unknown): undefined {
  if (!(error instanceof DongneError) || error.code !== 'not-ready') throw error
}
