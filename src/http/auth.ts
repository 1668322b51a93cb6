// API keys: who may call what. No key configured: everyone may call everything.
// Leaves the keys to config.ts; each route names its scope in `config.scope`.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiKey, Scope } from '../config.ts'
import { DongneError } from '../errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must be allowed to do; absent: open to all (pages, health, documentation). */
    scope?: Scope
  }
}

/** Index of the configured key that the request brings, undefined without a valid one. */
export type KeyFinder = (request: FastifyRequest) => number | undefined

/** Throws missing-api-key or insufficient-scope; for what a part of a request needs besides its route's scope. */
export type ScopeCheck = (request: FastifyRequest, scope: Scope) => void

/** Compares in constant time: digests of one length, and every key, found or not. */
export function createKeyFinder(keys: readonly ApiKey[]): KeyFinder {
  const digests = keys.map(({ key }) => digest(key))
  return (request) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined) return undefined
    const presented = digest(token)
    let found: number | undefined
    digests.forEach((known, index) => {
      if (timingSafeEqual(known, presented)) found = index
    })
    return found
  }
}

/**
 * Asks for a key with the route's scope, before the body is read and after the rate limit, so that guesses are
 * limited too. Throws missing-api-key or insufficient-scope; at start for a call that names no scope.
 */
export function registerAuth(
  server: FastifyInstance,
  keys: readonly ApiKey[],
  findKey: KeyFinder,
): ScopeCheck {
  server.addHook('onRoute', ({ url, config }) => {
    if (url.startsWith('/v1/') && config?.scope === undefined)
      throw new Error(`The route ${url} has no scope.`)
  })
  const requireScope: ScopeCheck = (request, scope) => {
    if (keys.length === 0) return
    const index = findKey(request)
    if (index === undefined) {
      const sent = request.headers.authorization === undefined ? 'no API key' : 'an API key that is not known'
      throw new DongneError('missing-api-key', `The request has ${sent}.`)
    }
    if (!allows(keys[index].scopes, scope)) {
      throw new DongneError('insufficient-scope', `The call needs the scope "${scope}".`)
    }
  }
  server.addHook('preParsing', async (request) => {
    const { scope } = request.routeOptions.config
    if (scope !== undefined) requireScope(request, scope)
  })
  return requireScope
}

/** admin allows everything, write also reading. */
function allows(scopes: readonly Scope[], wanted: Scope): boolean {
  return (
    scopes.includes(wanted) || scopes.includes('admin') || (wanted === 'read' && scopes.includes('write'))
  )
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()
