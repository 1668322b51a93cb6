// Prometheus metrics: request durations by route, and the process's own. Leaves scraping to /metrics.
import type { FastifyInstance } from 'fastify'
import { Histogram, Registry, collectDefaultMetrics } from 'prom-client'

export interface Metrics {
  readonly contentType: string
  render(): Promise<string>
}

export function addMetrics(server: FastifyInstance): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const durations = new Histogram({
    name: 'dongne_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [register],
  })
  server.addHook('onResponse', async (request, reply) => {
    // The route's pattern, not the path: ids must not become labels.
    const route = request.routeOptions.url ?? 'none'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  return { contentType: register.contentType, render: () => register.metrics() }
}
