// Security headers and CORS. The content policy lets the map page and /docs run, and nothing from elsewhere
// except the origin of a configured map style. Leaves keys to auth.ts.
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'

/** Header fields of ours that a page of another origin may read. */
const EXPOSED_HEADERS = ['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after', 'location', 'allow']

export async function registerSecurity(
  server: FastifyInstance,
  { DONGNE_CORS_ORIGIN, DONGNE_MAP_STYLE }: Config,
): Promise<void> {
  const mapOrigin = URL.canParse(DONGNE_MAP_STYLE) ? [new URL(DONGNE_MAP_STYLE).origin] : []
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'", ...mapOrigin],
        fontSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:', ...mapOrigin],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // MapLibre places markers, and Swagger UI lays out, by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'", 'blob:'],
      },
    },
    // Whether it is reached by TLS is known to the proxy that adds it.
    strictTransportSecurity: false,
    crossOriginResourcePolicy: { policy: DONGNE_CORS_ORIGIN === '' ? 'same-origin' : 'cross-origin' },
  })
  if (DONGNE_CORS_ORIGIN === '') return
  await server.register(cors, {
    origin: DONGNE_CORS_ORIGIN === '*' ? '*' : DONGNE_CORS_ORIGIN.split(',').map((origin) => origin.trim()),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  })
}
