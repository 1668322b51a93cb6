// Counts what the service does, in Prometheus' text format at /metrics.
// Leaves scraping and alarms to the operator.
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  countServed(call: string, places: number): void
  countSaved(status: string, places?: number): void
  countEvents(outcome: 'appended' | 'duplicate' | 'rejected', events: number): void
}

// From a cached answer to the deadline of one; around the promised 10 ms the steps are finest.
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]

export function registerMetrics(server: FastifyInstance): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const durations = new Histogram({
    name: 'dongne_http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  })
  const served = new Counter({
    name: 'dongne_places_served_total',
    help: 'Places in the answers of the calls',
    labelNames: ['call'],
    registers,
  })
  const saved = new Counter({
    name: 'dongne_places_saved_total',
    help: 'Places taken by PUT and batches, by what became of them',
    labelNames: ['status'],
    registers,
  })
  const events = new Counter({
    name: 'dongne_events_total',
    help: 'Events received, by what became of them',
    labelNames: ['outcome'],
    registers,
  })
  server.addHook('onResponse', async (request, reply) => {
    // The pattern, never the path: ids would make a time series each.
    const route = request.routeOptions.url ?? 'none'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  return {
    registry,
    countServed: (call, places) => served.inc({ call }, places),
    countSaved: (status, places = 1) => saved.inc({ status }, places),
    countEvents: (outcome, count) => events.inc({ outcome }, count),
  }
}
