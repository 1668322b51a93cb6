// No chain twice in a row. A chain is told by its brand, else by what names of branches begin with.
import type { Place } from '../../domain/place.ts'
import { normalizeText } from '../../text/words.ts'
import type { Ranked } from '../rank.ts'
import type { StartCriterion } from './step.ts'

/** "(강남역점)", "[2호점]": what is added to a name. */
const ADDED = /[([{<（［【].*?[)\]}>）］】]/g
/** "#1234", "No. 12" and whatever follows a dash between spaces: numbers and places of branches. */
const BRANCH_MARK = /\s+(?:#|no\.?\s*)\d+.*$|\s+[-–—|@]\s+.*$/
/** The last of several words, where it is a branch: "성수점", "본점", "2호점", "branch". */
const BRANCH_WORD = /\s+(?:\S*점|\S*지점|branch|store)$/
const TAG = /^brand:(.+)$/

/** The cost of an entry is 1 right after a place of the same chain. */
export const chains: StartCriterion = () => {
  let last: string | undefined
  const known = new Map<Ranked, string>()
  const chain = (entry: Ranked) => {
    let name = known.get(entry)
    if (name === undefined) known.set(entry, (name = chainOf(entry.place)))
    return name
  }
  return {
    cost: (entry) => (last !== undefined && chain(entry) === last ? 1 : 0),
    picked: (entry) => void (last = chain(entry)),
  }
}

/**
 * What names the chain of a place: the attribute or tag `brand`, else its name without what tells branches apart. A place
 * that is no branch has a name that no other place has, or is taken for one where it has.
 */
export function chainOf({ name, tags, attributes }: Pick<Place, 'name' | 'tags' | 'attributes'>): string {
  const brand = attributes?.['brand:wikidata'] ?? attributes?.['brand'] ?? brandTag(tags)
  if (brand !== undefined) return `brand ${normalizeText(String(brand))}`
  const plain = normalizeText(name)
  const stem = plain.replaceAll(ADDED, ' ').trim().replace(BRANCH_MARK, '').replace(BRANCH_WORD, '').trim()
  return stem === '' ? plain : stem
}

function brandTag(tags: readonly string[] = []): string | undefined {
  for (const tag of tags) {
    const match = TAG.exec(tag)
    if (match !== null) return match[1]
  }
  return undefined
}
