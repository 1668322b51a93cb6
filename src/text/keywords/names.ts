// The name of a keyword without a language model: the form in which people write it most, if it stands by itself; and in
// English where the table of concepts knows what it means.
import type { Attribute } from '../concepts.ts'
import type { PhraseCount } from './phrase-table.ts'
import type { StemOf } from './phrases.ts'
import { wordForms } from './phrases.ts'
import { CARRIERS, EMPTY_ALONE } from './stop-words.ts'

/** Weights of forms by how they end: "분위기 좋아요" and "소금빵" stand by themselves, "분위기 좋고" and "소금빵을" do not. */
const FINISHED = 1
const BEFORE_NOUN = 0.4
const UNFINISHED = 0.02
/** A form with intensifiers in between ("커피 정말 맛있어요"). */
const LONGER_THAN_KEY = 0.2

/** The best form of the phrases, by number of texts and how it ends; ties by code units. */
export function nameOf(phrases: readonly PhraseCount[], stemOf: StemOf): string {
  let best = ''
  let bestWeight = -1
  for (const { key, forms } of phrases) {
    for (const [form, texts] of forms) {
      const weight = texts * formWeight(form, key, stemOf)
      if (weight > bestWeight || (weight === bestWeight && form < best)) {
        best = form
        bestWeight = weight
      }
    }
  }
  return best
}

function formWeight(form: string, key: string, stemOf: StemOf): number {
  const words = wordForms(form)
  const { ending } = stemOf(words.at(-1) ?? '')
  const length = words.length > key.split(' ').length ? LONGER_THAN_KEY : 1
  if (ending === '' || /[요다음죠]$|니다$|^ㅁ$/.test(ending)) return FINISHED * length
  return (/^(ㄴ|은|는)$/.test(ending) ? BEFORE_NOUN : UNFINISHED) * length
}

/** The attribute that all meaning words of a cluster name ("조용", "조용-분위기"); undefined for anything more or less. */
export function meaningOf(id: string, attributes: readonly Attribute[]): Attribute | undefined {
  const words = id.split('-').filter((word) => !EMPTY_ALONE.has(word) && !CARRIERS.has(word))
  if (words.length === 0) return undefined
  return attributes.find(({ words: known }) => words.every((word) => known.includes(word)))
}
