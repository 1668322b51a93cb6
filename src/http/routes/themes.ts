// POST /v1/themes and /v1/themes/{id}: body → parsed question → shelves, or one theme's places.
// Leaves filling them to the service.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  parseThemeRequest,
  parseThemesRequest,
  ThemeRequestSchema,
  ThemesRequestSchema,
} from '../../domain/theme.ts'
import { withDeadline } from '../deadline.ts'
import { answer, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'

export function registerThemes(server: FastifyInstance, { service, metrics }: Parts): void {
  server.post(
    '/v1/themes',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['recommendations'],
        operationId: 'themes',
        summary: 'Shelves of places with something in common, for an area, a time and a user',
        body: ThemesRequestSchema,
        response: {
          200: answer('The shelves, best first, no two of the same places', shared('Shelves')),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const question = parseThemesRequest(request.body)
      const shelves = await withDeadline(reply, (signal) => service.themes(question, signal))
      metrics.countServed(
        'themes',
        shelves.items.reduce((sum, { items }) => sum + items.length, 0),
      )
      return shelves
    },
  )

  server.post<{ Params: { id: string } }>(
    '/v1/themes/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['recommendations'],
        operationId: 'theme',
        summary: 'The places of one theme, best first',
        params: Type.Object({
          id: Type.String({ description: 'Of a shelf of POST /v1/themes, percent-encoded' }),
        }),
        body: ThemeRequestSchema,
        response: { 200: answer('The places, best first', shared('Recommendation')), ...problems },
      },
    },
    async (request, reply) => {
      const question = parseThemeRequest(request.body)
      const places = await withDeadline(reply, (signal) => service.theme(request.params.id, question, signal))
      metrics.countServed('theme', places.items.length)
      return places
    },
  )
}
