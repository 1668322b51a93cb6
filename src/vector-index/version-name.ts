// Names of index versions on servers: part of index and collection names, so lower case.
import { DongneError } from '../errors.ts'

const VERSION_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/

/** Throws invalid-request. */
export function checkVersionName(version: string): void {
  if (!VERSION_NAME.test(version)) throw badVersion(`must match ${VERSION_NAME.source} (got "${version}")`)
}

/** `detail` goes on after "The version". */
export function badVersion(detail: string): DongneError {
  return new DongneError('invalid-request', `The version ${detail}.`, {
    errors: [{ pointer: '/version', detail }],
  })
}
