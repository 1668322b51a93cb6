// No chain twice in a row: a branch of the chain above waits for the next place of another.
import type { Place } from '../../domain/place.ts'
import type { Ranked } from '../ranking/rank.ts'
import { rings } from './gradation.ts'
import type { Step } from './step.ts'

/** The head of the list that people see. */
const HEAD = 60

export const chains: Step = (list, context) => rings(list, context).flatMap(apart)

/** Scores stay what they were; where only branches of one chain are left, they follow each other. */
export function apart(ring: readonly Ranked[]): Ranked[] {
  const rest = ring.slice(0, HEAD).map((entry) => ({ entry, chain: knownChainOf(entry.place) }))
  const list: Ranked[] = []
  let last: string | undefined
  while (rest.length > 0) {
    const other = last === undefined ? 0 : rest.findIndex(({ chain }) => chain !== last)
    const [next] = rest.splice(Math.max(0, other), 1)
    list.push(next.entry)
    last = next.chain
  }
  return [...list, ...ring.slice(HEAD)]
}

/** Places are looked at again and again as the same objects. */
const chainsOf = new WeakMap<Place, string>()

function knownChainOf(place: Place): string {
  let chain = chainsOf.get(place)
  if (chain === undefined) chainsOf.set(place, (chain = chainOf(place)))
  return chain
}

/**
 * The chain by which a place goes: its attribute `brand`, else its name without what says which branch it is ("… 강남점",
 * "… 2호점", what stands in brackets or behind a dash). A place without branches is a chain of one.
 */
export function chainOf({ name, attributes }: Pick<Place, 'name' | 'attributes'>): string {
  const brand = attributes?.['brand']
  const whole = typeof brand === 'string' && brand !== '' ? brand : withoutBranch(name)
  return whole.normalize('NFKC').toLowerCase()
}

function withoutBranch(name: string): string {
  const stem = name
    .replace(/\s*[([].*[)\]]\s*$/u, '')
    .replace(/\s+[-–—·]\s+.*$/u, '')
    .replace(/\s+(\S{2,}점|본점)$/u, '')
    .trim()
  return stem === '' ? name : stem
}
