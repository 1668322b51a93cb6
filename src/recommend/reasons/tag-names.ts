// What a tag is called in the locale: its own word, or the English one of the attribute or category that it names.
// Leaves what is said of a tag to reasons.ts, themes/ and evidence.ts.
import type { Locale } from '../../domain/names.ts'
import { stemCandidates } from '../../text/korean-endings.ts'
import { normalizeText } from '../../text/words.ts'
import type { Live } from '../live/live.ts'

/** Whether somebody who reads `locale` cannot read it; Koreans read Latin letters. */
export function isForeign(text: string, locale: Locale): boolean {
  return locale === 'en' && /\p{L}/u.test(text) && !/\p{Script=Latin}/u.test(text)
}

type Known = Pick<Live, 'gazetteer' | 'vocabulary'>

/** Undefined where the locale's readers cannot read the tag and nothing translates it. */
export function tagName(tag: string, live: Known, locale: Locale): string | undefined {
  return isForeign(tag, locale) ? englishOf(tag, live) : tag
}

function englishOf(tag: string, { gazetteer, vocabulary }: Known): string | undefined {
  const folded = normalizeText(tag)
  const { attributes } = gazetteer
  const stems = new Set([folded, ...stemCandidates(folded).map(({ stem }) => stem)])
  const attribute =
    attributes.find(({ ko }) => normalizeText(ko) === folded) ??
    attributes.find(({ words }) => words.some((word) => stems.has(word)))
  if (attribute !== undefined) return attribute.en
  const code = vocabulary.categories.find(
    (each) => normalizeText(vocabulary.categoryName(each, 'ko')) === folded,
  )
  const category = code && vocabulary.categoryName(code, 'en')
  return category === undefined || isForeign(category, 'en') ? undefined : category
}
