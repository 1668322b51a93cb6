// Phrases that say the same, counted over all places: how often, where, and under which name.
// Leaves what is special about one place to place-keywords.ts.
import type { KeywordCluster } from '../../domain/keyword.ts'
import type { Attribute } from '../concepts.ts'
import type { SaidOf } from './log-odds.ts'
import { meaningOf, usualForm } from './names.ts'
import type { PhraseCount } from './phrase-table.ts'
import { phrasesOf, type StemOf } from './phrases.ts'
import type { PlaceText, PlaceTexts } from './place-texts.ts'
import { BURDENS, complains, denies } from './stop-words.ts'

/** The cluster of a phrase by its key; undefined for what is said too seldom. */
export type ClusterOf = (phraseKey: string) => string | undefined

/** Where a place says a keyword: once a text, by its first span. */
export interface Mention {
  readonly text: PlaceText
  readonly start: number
  readonly end: number
}

/** Phrases a cluster is shown by. */
const SHOWN_PHRASES = 8
/** Said of a quarter of the places of its category, it chooses none of them. */
const GENERIC_SHARE = 0.25
const MIN_GROUP_PLACES = 20

/** Phrases that are one keyword, and its name. */
interface Named {
  readonly name: string
  readonly phrases: readonly PhraseCount[]
}

/**
 * The cluster of each frequent phrase: its words, each as the word that stands for its group. Two words that people also
 * write as one are that one ("바나나 푸딩", "바나나푸딩").
 * @param nameOf of a cluster by its id; undefined where it describes nothing, and is none
 */
export function clusterPhrases(
  phrases: readonly PhraseCount[],
  groups: ReadonlyMap<string, string>,
  nameOf: (id: string, phrases: readonly PhraseCount[]) => string | undefined,
): { clusterOf: ClusterOf; members: ReadonlyMap<string, Named> } {
  const alike = new Map<string, PhraseCount[]>()
  const spelling = usualSpellings(phrases)
  for (const phrase of phrases) {
    const words = (spelling.get(phrase.key) ?? phrase.key).split(' ').map((word) => groups.get(word) ?? word)
    const id = [...new Set(words)].sort().join('-')
    const list = alike.get(id)
    if (list === undefined) alike.set(id, [phrase])
    else list.push(phrase)
  }
  const members = new Map<string, Named>()
  for (const [id, list] of alike) {
    const name = nameOf(id, list)
    if (name !== undefined) members.set(id, { name, phrases: list })
  }
  for (const id of nested(members)) members.delete(id)
  const idByKey = new Map(
    [...members].flatMap(([id, { phrases: list }]) => list.map(({ key }) => [key, id] as const)),
  )
  return { clusterOf: (key) => idByKey.get(key), members }
}

/** A phrase that mostly stands in a longer one says less: "가성비" beside "가성비가 좋아요". */
const NESTED_SHARE = 0.7

function nested(members: ReadonlyMap<string, Named>): string[] {
  const textsOf = (id: string) => (members.get(id)?.phrases ?? []).reduce((sum, { texts }) => sum + texts, 0)
  const found = new Set<string>()
  for (const id of members.keys()) {
    const words = id.split('-')
    if (words.length === 1) continue
    for (const left of words) {
      const shorter = words.filter((word) => word !== left).join('-')
      if (members.has(shorter) && textsOf(id) >= NESTED_SHARE * textsOf(shorter)) found.add(shorter)
    }
  }
  return [...found]
}

/** Of two words and the one they make, the less frequent key → the more frequent one. */
function usualSpellings(phrases: readonly PhraseCount[]): Map<string, string> {
  const rank = new Map(phrases.map(({ key }, index) => [key, index]))
  const usual = new Map<string, string>()
  for (const [key, index] of rank) {
    const [first, second, ...more] = key.split(' ')
    if (second === undefined || more.length > 0) continue
    for (const joined of [`${first}${second}`, `${second}${first}`]) {
      const other = rank.get(joined)
      if (other === undefined) continue
      if (other < index) usual.set(key, joined)
      else usual.set(joined, key)
    }
  }
  return usual
}

/** What the texts of a place say, by cluster. */
export function mentionsOf(
  { texts }: PlaceTexts,
  stemOf: StemOf,
  clusterOf: ClusterOf,
): Map<string, Mention[]> {
  const found = new Map<string, Mention[]>()
  for (const text of texts) {
    const seen = new Set<string>()
    for (const { key, start, end } of phrasesOf(text.text, stemOf)) {
      const id = clusterOf(key)
      if (id === undefined || seen.has(id)) continue
      seen.add(id)
      const mentions = found.get(id)
      if (mentions === undefined) found.set(id, [{ text, start, end }])
      else mentions.push({ text, start, end })
    }
  }
  return found
}

interface Said {
  mentions: number
  places: number
}

/** Places that are compared with each other. */
interface Group extends Said {
  readonly category: string
  readonly said: Map<string, Said>
}

/** Mentions of clusters over all places, and by category and kind of texts. */
export class ClusterCounts {
  readonly #all = new Map<string, Said>()
  readonly #groups = new Map<string, Group>()
  #total = 0

  add(place: PlaceTexts, mentions: ReadonlyMap<string, readonly Mention[]>): void {
    if (mentions.size === 0) return
    let group = this.#groups.get(groupOf(place))
    if (group === undefined) {
      group = { category: place.category, mentions: 0, places: 0, said: new Map() }
      this.#groups.set(groupOf(place), group)
    }
    group.places++
    for (const [id, { length }] of mentions) {
      this.#total += length
      group.mentions += length
      for (const counts of [this.#all, group.said]) {
        const said = counts.get(id)
        if (said === undefined) counts.set(id, { mentions: length, places: 1 })
        else {
          said.mentions += length
          said.places++
        }
      }
    }
  }

  /** How often a cluster is said of places like this one, itself included, and of how many mentions. */
  amongAlike(id: string, place: PlaceTexts): SaidOf {
    const group = this.#groups.get(groupOf(place))
    return { count: group?.said.get(id)?.mentions ?? 0, total: group?.mentions ?? 0 }
  }

  /** The share of all mentions. */
  share(id: string): number {
    return this.#total === 0 ? 0 : (this.#all.get(id)?.mentions ?? 0) / this.#total
  }

  /** The clusters, those of the most places first, ties by id. */
  clusters(members: ReadonlyMap<string, Named>, attributes: readonly Attribute[]): KeywordCluster[] {
    const found = [...members].flatMap(([id, { name, phrases }]): KeywordCluster[] => {
      const said = this.#all.get(id)
      if (said === undefined) return []
      const meaning = isNegative(id) ? undefined : meaningOf(id, attributes)
      const categories = this.#categoriesOf(id)
      return [
        {
          id,
          name,
          ...(meaning !== undefined && { names: { ko: name, en: meaning.en } }),
          phrases: phrases.slice(0, SHOWN_PHRASES).map(usualForm),
          ...(isNegative(id) && { negative: true }),
          ...(categories.some(({ isGeneric }) => isGeneric) && { generic: true }),
          places: said.places,
          mentions: said.mentions,
          categories: categories.map(({ code, places }) => ({ code, places })),
        },
      ]
    })
    return found.sort((a, b) => b.places - a.places || (a.id < b.id ? -1 : 1))
  }

  /** Generic in a category where it is so among its reviewed places, or among its others. */
  #categoriesOf(id: string) {
    const found = new Map<string, { code: string; places: number; isGeneric: boolean }>()
    for (const { category, places: all, said } of this.#groups.values()) {
      const places = said.get(id)?.places ?? 0
      if (places === 0) continue
      const before = found.get(category)
      const isGeneric = all >= MIN_GROUP_PLACES && places / all >= GENERIC_SHARE
      found.set(category, {
        code: category,
        places: places + (before?.places ?? 0),
        isGeneric: isGeneric || before?.isGeneric === true,
      })
    }
    return [...found.values()].sort((a, b) => b.places - a.places || (a.code < b.code ? -1 : 1))
  }
}

function groupOf({ category, kind }: PlaceTexts): string {
  return `${kind} ${category}`
}

/** By its words. That something bad is denied ("시끄럽지 않아요") is no complaint. */
function isNegative(id: string): boolean {
  const words = id.split('-')
  const isBad = (word: string) => !denies(word) && complains(word)
  const isDenied = words.some(denies)
  return isDenied ? !words.some((word) => isBad(word) || BURDENS.has(word)) : words.some(isBad)
}
