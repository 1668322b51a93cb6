// GET /healthz (the process answers), /readyz (it can recommend), /metrics.
// Leaves the checks to the service, the numbers to ../metrics.ts.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { DongneError } from '../../errors.ts'
import { answer, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { PROBLEM_TYPE } from '../problem.ts'

const ChecksSchema = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() })),
})

export function registerOperations(server: FastifyInstance, { service, metrics }: Parts): void {
  server.get(
    '/healthz',
    {
      logLevel: 'warn',
      schema: {
        tags: ['operations'],
        operationId: 'health',
        summary: 'Whether the process answers',
        security: [],
        response: { 200: answer('It does', Type.Object({ status: Type.Literal('ok') })), ...problems },
      },
    },
    async () => ({ status: 'ok' }),
  )

  server.get(
    '/readyz',
    {
      logLevel: 'warn',
      schema: {
        tags: ['operations'],
        operationId: 'readiness',
        summary: 'Whether the service has what answers need',
        security: [],
        response: {
          200: answer('Every check passed', ChecksSchema),
          503: answer('The checks that failed, as errors', shared('Problem'), PROBLEM_TYPE),
          ...problems,
        },
      },
    },
    async () => {
      const checks = (await service.readiness()).map(({ name, ok, detail, remedy }) => {
        return { name, ok, detail: ok || remedy === undefined ? detail : `${detail} ${remedy}` }
      })
      const failed = checks.filter(({ ok }) => !ok)
      if (failed.length === 0) return { ready: true, checks }
      throw new DongneError('not-ready', failed.map(({ name, detail }) => `${name}: ${detail}`).join('; '), {
        errors: failed.map(({ name, detail }) => ({ pointer: `/checks/${name}`, detail })),
      })
    },
  )

  server.get(
    '/metrics',
    {
      logLevel: 'warn',
      config: { scope: 'admin' },
      schema: {
        tags: ['operations'],
        operationId: 'metrics',
        summary: 'Numbers for Prometheus',
        response: { 200: answer('Text format', Type.String(), 'text/plain'), ...problems },
      },
    },
    async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}
