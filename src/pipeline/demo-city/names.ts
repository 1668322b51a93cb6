// Names of the demo places in Korean and English, from the patterns of their kind; no two places share one.
// Leaves patterns to kinds/, words to words/.
import type { Random } from '../../math/random.ts'
import { CITY } from './districts.ts'
import type { DongSite } from './regions.ts'
import { WORDS } from './words/index.ts'

export interface PlaceNames {
  readonly ko: string
  readonly en: string
}

/** A name, and what its pattern says the place serves, if it says so. */
export interface OwnName extends PlaceNames {
  readonly items?: readonly string[]
}

const ATTEMPTS = 8

/** Draws names of places; remembers which are taken. */
export function createNaming(random: Random) {
  const taken = new Set<string>()

  const claim = <N extends PlaceNames>(names: N): N | undefined => {
    if (taken.has(names.ko)) return undefined
    taken.add(names.ko)
    return names
  }
  /** As people tell branches apart: by the neighbourhood, then by a number. */
  const branch = (names: PlaceNames, areas: readonly PlaceNames[]): PlaceNames => {
    for (const area of areas) {
      const claimed = claim({ ko: `${names.ko} ${area.ko}점`, en: `${names.en} ${area.en}` })
      if (claimed !== undefined) return claimed
    }
    for (let number = 2; ; number++) {
      const area = areas[areas.length - 1]
      const claimed = claim({
        ko: `${names.ko} ${area.ko}${number}호점`,
        en: `${names.en} ${area.en} ${number}`,
      })
      if (claimed !== undefined) return claimed
    }
  }

  return {
    /** A name of its own, after the patterns of a kind. */
    own(patterns: readonly string[], dong: DongSite): OwnName {
      let names: OwnName | undefined
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        names = fillPattern(random.pick(patterns), dong, random)
        const claimed = claim(names)
        if (claimed !== undefined) return claimed
      }
      return { ...names!, ...branch(names!, [stemOf(dong)]) }
    },
    branch,
  }
}

/** The dong without its ending: 가온동 → 가온, Gaon-dong → Gaon. */
export function stemOf({ ko, en }: { readonly ko: string; readonly en: string }): PlaceNames {
  return { ko: ko.replace(/동$/, ''), en: en.replace(/-dong$/, '') }
}

function fillPattern(pattern: string, dong: DongSite, random: Random): OwnName {
  const area = stemOf(dong)
  const slots = new Map<string, readonly [string, string]>([
    ['dong', [area.ko, area.en]],
    ['city', [CITY.ko, CITY.en]],
  ])
  for (const [, slot] of pattern.matchAll(/\{(\w+)\}/g)) {
    if (slots.has(slot)) continue
    const [ko, en] = random.pick(WORDS[slot]).split('|')
    slots.set(slot, [ko, en])
  }
  const [koPattern, enPattern, items] = pattern.split('|')
  const [ko, en] = [koPattern, enPattern].map((text, language) =>
    text.replaceAll(/\{(\w+)\}/g, (_, slot: string) => slots.get(slot)![language]),
  )
  return { ko, en, ...(items !== undefined && { items: items.split(',') }) }
}
