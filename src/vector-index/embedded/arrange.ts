// Answers arranged beyond their scores: one row a group, and maximal marginal relevance.
// Leaves finding rows to open-version.ts.
import type { Diversity, GroupBy, IndexRow, SearchQuery } from '../port.ts'
import type { Found, OpenVersion } from './open-version.ts'

/** Answers of one version; `query` has passed checkFeatures. */
export async function searchArranged(version: OpenVersion, query: SearchQuery): Promise<Found[]> {
  const { groupBy, diversity, k } = query
  const wanted = diversity === undefined ? k : Math.max(k, diversity.pool ?? 5 * k)
  const hits =
    groupBy === undefined
      ? await version.search({ ...query, k: wanted })
      : await searchGroups(version, query, groupBy, wanted)
  return diversity === undefined ? hits : diversify(hits, diversity, k)
}

/** The best row of each of the best k groups: pages of the plain order, until there are enough. */
async function searchGroups(
  version: OpenVersion,
  query: SearchQuery,
  groupBy: GroupBy,
  k: number,
): Promise<Found[]> {
  const chosen: Found[] = []
  const groups = new Set<string>()
  let after: Found | undefined
  while (chosen.length < k) {
    const size = Math.max(64, 4 * k)
    const page = await version.search({ ...query, k: size, ...(after !== undefined && { after }) })
    for (const hit of page) {
      const group = groupOf(hit.row(), groupBy)
      if (group !== undefined && groups.has(group)) continue
      if (group !== undefined) groups.add(group)
      if (chosen.push(hit) === k) break
    }
    if (page.length < size) break
    after = page[page.length - 1]
  }
  return chosen
}

function groupOf({ categories, tags }: IndexRow, groupBy: GroupBy): string | undefined {
  return groupBy.by === 'category' ? categories[0] : tags.find((tag) => tag.startsWith(groupBy.prefix))
}

/** O(k · pool · dim). Of equal marginal relevance the better score, which comes first, is taken. */
function diversify(pool: readonly Found[], { lambda }: Diversity, k: number): Found[] {
  const rest = pool.map((hit) => {
    const { vector } = hit.row()
    return { hit, vector, length: Math.sqrt(dot(vector, vector)), nearest: 0 }
  })
  const chosen: Found[] = []
  while (chosen.length < k && rest.length > 0) {
    let best = 0
    let bestValue = -Infinity
    rest.forEach(({ hit, nearest }, i) => {
      const value = lambda * hit.score - (1 - lambda) * nearest
      if (value > bestValue) [best, bestValue] = [i, value]
    })
    const [taken] = rest.splice(best, 1)
    for (const other of rest) {
      const lengths = taken.length * other.length
      const cosine = lengths === 0 ? 0 : dot(taken.vector, other.vector) / lengths
      other.nearest = chosen.length === 0 ? cosine : Math.max(other.nearest, cosine)
    }
    chosen.push(taken.hit)
  }
  return chosen
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
