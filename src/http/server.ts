// The HTTP server: plugins in the order in which a request meets them, then the routes.
// Leaves answers to the service, listening and signals to serve.ts.
import compress from '@fastify/compress'
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import type { Service } from '../recommend/port.ts'
import { createKeyFinder, registerAuth } from './auth.ts'
import { registerBodyParsers } from './body.ts'
import { registerDrain } from './drain.ts'
import { rememberRoutes } from './known-routes.ts'
import { registerLoadShedding, registerRateLimit } from './limits.ts'
import { loggerOptions, quietLogController, registerRequestLog } from './log.ts'
import { registerMetrics } from './metrics.ts'
import { registerOpenApi } from './openapi.ts'
import type { Parts } from './parts.ts'
import { sendClientError, sendNotFound, sendProblem } from './problem.ts'
import { registerRequestId, requestId } from './request-id.ts'
import { registerEvents } from './routes/events.ts'
import { registerOperations } from './routes/operations.ts'
import { registerPlaceDescription } from './routes/place-description.ts'
import { registerPlacesBatch } from './routes/places-batch.ts'
import { registerPlaces } from './routes/places.ts'
import { registerCourses } from './routes/courses.ts'
import { registerRecommendations } from './routes/recommendations.ts'
import { registerThemes } from './routes/themes.ts'
import { registerTiles } from './routes/tiles.ts'
import { registerUsers } from './routes/users.ts'
import { registerVocabularies } from './routes/vocabularies.ts'
import { registerSecurity } from './security.ts'
import { createTiles } from './tiles.ts'
import { defaultWebFolder, registerWebFiles } from './web-files.ts'

export interface ServerOptions {
  readonly service: Service
  readonly config: Config
  /** Instead of pino on stderr at DONGNE_LOG_LEVEL. */
  readonly logger?: FastifyBaseLogger
  /** Folder of the map page; src/web or dist/web by default. */
  readonly webFolder?: string
}

/** How long a client may take to send a whole request; a batch over a slow line is the longest. */
const REQUEST_TIMEOUT_MS = 300_000

// An id has up to 200 UTF-16 units, each up to 9 characters when percent-encoded.
const MAX_PARAM_LENGTH = 1800

const COMPRESSIBLE =
  /^(text\/.*|application\/(.*\+)?json|application\/vnd\.mapbox-vector-tile|image\/svg\+xml)$/

/**
 * Wires the server, ready to listen or inject. `close()` ends idle connections at once, answers requests in flight,
 * then ends theirs.
 */
export async function createServer({
  service,
  config,
  logger,
  webFolder,
}: ServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    ...(logger === undefined
      ? { logger: loggerOptions(config.DONGNE_LOG_LEVEL) }
      : { loggerInstance: logger }),
    logController: quietLogController(),
    genReqId: requestId,
    requestIdHeader: false,
    bodyLimit: config.DONGNE_BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // A request that was already on its way is answered, not refused.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: sendProblem,
    clientErrorHandler: sendClientError,
  })
  server.setErrorHandler(sendProblem)
  server.setNotFoundHandler(sendNotFound)
  // The parsers of domain/ validate, with better errors; the schemas of routes document.
  server.setValidatorCompiler(() => () => true)
  // A serialiser compiled from a schema drops keys that the schema does not know.
  server.setSerializerCompiler(() => JSON.stringify)
  rememberRoutes(server)
  registerBodyParsers(server)

  registerDrain(server)
  registerRequestId(server)
  registerRequestLog(server)
  const metrics = registerMetrics(server)
  await registerSecurity(server, config)
  const findKey = createKeyFinder(config.DONGNE_API_KEYS)
  await registerLoadShedding(server)
  await registerRateLimit(server, { quota: config.DONGNE_RATE_LIMIT, findKey })
  const requireScope = registerAuth(server, config.DONGNE_API_KEYS, findKey)
  await server.register(compress, { customTypes: COMPRESSIBLE })
  await registerOpenApi(server)

  const parts: Parts = { service, config, metrics, tiles: createTiles(service), requireScope }
  registerRecommendations(server, parts)
  registerCourses(server, parts)
  registerThemes(server, parts)
  registerPlaces(server, parts)
  registerPlaceDescription(server, parts)
  registerPlacesBatch(server, parts)
  registerEvents(server, parts)
  registerUsers(server, parts)
  registerVocabularies(server, parts)
  registerTiles(server, parts)
  registerOperations(server, parts)
  await registerWebFiles(server, { folder: webFolder ?? defaultWebFolder(), config })
  await server.ready()
  return server
}
