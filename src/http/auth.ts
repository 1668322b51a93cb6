// API keys with scopes, where any are configured. Leaves which call needs which scope to the routes.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { ApiKey, Scope } from '../config.ts'
import { DongneError } from '../errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must allow for this route; absent: open to all. */
    scope?: Scope
  }
}

/**
 * An onRequest hook that asks for a key with the route's scope. `admin` allows everything, `write` also reading.
 * Throws missing-api-key or insufficient-scope. Does nothing where no key is configured.
 */
export function createAuthorization(keys: readonly ApiKey[]) {
  // Hashes have one length, so that comparing them takes the same time for every guess.
  const known = keys.map(({ key, scopes }) => ({ digest: sha256(key), scopes }))
  return async (request: FastifyRequest): Promise<void> => {
    const { scope } = request.routeOptions.config
    if (known.length === 0 || scope === undefined) return
    const [scheme, key] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !key) {
      throw new DongneError('missing-api-key', 'The request has no API key.')
    }
    const digest = sha256(key)
    const match = known.find((candidate) => timingSafeEqual(candidate.digest, digest))
    if (match === undefined) throw new DongneError('missing-api-key', 'The API key is not known.')
    if (!allows(match.scopes, scope)) {
      throw new DongneError(
        'insufficient-scope',
        `The call needs the scope ${scope}; the key has ${match.scopes.join(', ')}.`,
      )
    }
  }
}

function allows(scopes: readonly Scope[], wanted: Scope): boolean {
  return (
    scopes.includes(wanted) || scopes.includes('admin') || (wanted === 'read' && scopes.includes('write'))
  )
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
