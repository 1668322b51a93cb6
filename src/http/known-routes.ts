// Remembers which methods each path takes, to tell a wrong method from a wrong path.
// Leaves the answers to problem.ts.
import type { FastifyInstance } from 'fastify'

interface KnownRoute {
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

const knownRoutes = new WeakMap<object, KnownRoute[]>()

/** To be called before any route is added. */
export function rememberRoutes(server: FastifyInstance): void {
  const routes: KnownRoute[] = []
  knownRoutes.set(server.server, routes)
  server.addHook('onRoute', ({ url, method }) => {
    // Wildcards are the files of the page and CORS preflights: they say nothing about calls.
    if (url.includes('*')) return
    routes.push({ pattern: toPattern(url), methods: [method].flat() })
  })
}

/** The methods of the routes at this path, in alphabetical order. */
export function allowedMethods(server: FastifyInstance, path: string): string[] {
  const routes = knownRoutes.get(server.server) ?? []
  return [
    ...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
  ].sort()
}

/** "/v1/places/:id" → /^\/v1\/places\/[^/]+$/; "::" stands for a colon. */
function toPattern(url: string): RegExp {
  const pattern = url
    .split(/(::|:\w+)/)
    .map((part, index) => (index % 2 === 0 ? RegExp.escape(part) : part === '::' ? ':' : '[^/]+'))
  return new RegExp(`^${pattern.join('')}$`)
}
