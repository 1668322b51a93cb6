// Which features a query needs, and the refusal where an engine lacks one.
// Leaves carrying them out to the engines.
import { DongneError } from '../errors.ts'
import type { IndexCapabilities, IndexFeature, SearchQuery } from './port.ts'

/** Throws unsupported-capability for what the engine cannot do, invalid-request for what excludes each other. */
export function checkFeatures(query: SearchQuery, { features = [] }: IndexCapabilities): void {
  const needed: [IndexFeature, unknown][] = [
    ['minScore', query.minScore],
    ['paging', query.after],
    ['grouping', query.groupBy],
    ['diversity', query.diversity],
  ]
  for (const [feature, value] of needed) {
    if (value !== undefined && !features.includes(feature)) {
      throw new DongneError('unsupported-capability', `The configured engine has no "${feature}".`)
    }
  }
  if (query.after !== undefined && (query.groupBy !== undefined || query.diversity !== undefined)) {
    const detail = 'cannot go with groupBy or diversity, whose order depends on the pages before'
    throw new DongneError('invalid-request', `"after" ${detail}.`, {
      errors: [{ pointer: '/after', detail }],
    })
  }
}
