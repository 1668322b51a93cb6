// The name of a keyword without a language model: the form in which people write it most, of those that stand by
// themselves; and in English where the table of concepts knows what it means. Leaves which words describe to describing.ts.
import type { Attribute } from '../concepts.ts'
import type { Describing } from './describing.ts'
import type { PhraseCount } from './phrase-table.ts'
import type { StemOf } from './phrases.ts'
import { wordForms } from './phrases.ts'
import { QUALITIES } from './describing-words.ts'
import { CARRIERS, EMPTY_ALONE } from './stop-words.ts'

/** Weights of forms by how they end: "분위기 좋아요" and "소금빵" stand by themselves, "분위기 좋은" wants a noun. */
const FINISHED = 1
const BEFORE_NOUN = 0.4
/** A form with intensifiers in between ("커피 정말 맛있어요"). */
const LONGER_THAN_KEY = 0.2

/** "맛있어요", "다닙니다", "깔끔함": nothing follows. */
const SENTENCE_END = /(?:[요다죠용욥]|음|함|임|됨|움|쁨|큼|람|름|김|있음|없음)$/

/**
 * Names of clusters by id and phrases: the best form, else what the table of concepts calls it; undefined for one that does
 * not describe a place.
 */
export function createNamer(
  stemOf: StemOf,
  describing: Describing,
  attributes: readonly Attribute[],
): (id: string, phrases: readonly PhraseCount[]) => string | undefined {
  return (id, phrases) =>
    describes(id, describing)
      ? (nameOf(phrases, stemOf, describing) ?? meaningOf(id, attributes)?.ko)
      : undefined
}

/** Whether each of its words describes, or only stands between those that do. */
function describes(id: string, describing: Describing): boolean {
  const stems = id.split('-')
  if (stems.length === 1) return describing.standsAlone(stems[0])
  const kinds = stems.map(describing.kindOf)
  return kinds.every((kind) => kind !== undefined) && kinds.some((kind) => kind !== 'filler')
}

/**
 * The best form of the phrases that can be quoted, by number of texts and how it ends, without a particle at its end; ties
 * by code units. Undefined where none stands by itself.
 */
function nameOf(phrases: readonly PhraseCount[], stemOf: StemOf, describing: Describing): string | undefined {
  const weights = new Map<string, number>()
  for (const { key, forms } of phrases) {
    for (const [form, texts] of forms) {
      const name = withoutLastParticle(form, stemOf, describing)
      weights.set(name, (weights.get(name) ?? 0) + texts * nameWeight(name, key, stemOf, describing))
    }
  }
  let best: string | undefined
  let bestWeight = 0
  for (const [name, weight] of weights) {
    if (weight > bestWeight || (weight === bestWeight && best !== undefined && name < best)) {
      best = name
      bestWeight = weight
    }
  }
  return best
}

/** The form that is written most, whatever it ends in: what a keyword is shown by beside its name. */
export function usualForm({ forms }: PhraseCount): string {
  let best = ''
  for (const [form, texts] of forms) {
    const most = forms.get(best) ?? 0
    if (texts > most || (texts === most && form < best)) best = form
  }
  return best
}

function withoutLastParticle(form: string, stemOf: StemOf, describing: Describing): string {
  const last = wordForms(form).at(-1) ?? ''
  if (!form.endsWith(last) || describing.kindOf(stemOf(last).stem) !== 'thing') return form
  return form.slice(0, form.length - last.length) + describing.bare(last)
}

function nameWeight(name: string, key: string, stemOf: StemOf, describing: Describing): number {
  const words = wordForms(name)
  const last = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  // "좋아요 커피" are two.
  if (before.some((word) => /(?:[요다죠]|음|함)$/.test(word))) return 0
  const length = words.length > key.split(' ').length ? LONGER_THAN_KEY : 1
  const { stem, ending } = stemOf(last)
  const kind = describing.kindOf(stem)
  if (kind === 'thing') {
    const isJoined = before.some(
      (word) => JOINING.test(word) && describing.kindOf(stemOf(word).stem) !== 'thing',
    )
    return describing.isThing(last) && !isJoined ? FINISHED * length : 0
  }
  if (kind !== 'quality') return 0
  if (SENTENCE_END.test(last) || (ending === '' && stem.length > 1 && QUALITIES.has(stem)))
    return FINISHED * length
  const isAdnominal = /^(?:ㄴ|은|한)$/.test(ending) || (ending === '는' && /[있없]$/.test(stem))
  return isAdnominal && !SIZES.has(stem) ? BEFORE_NOUN * length : 0
}

/** A quality before a thing that it is not said of: "싸고 종류", "좋아 데이트". */
const JOINING = /[고서게아어며]$/
/** "작은" wants to know what. */
const SIZES = new Set(['크', '작'])

/** The attribute that all meaning words of a cluster name ("조용", "조용-분위기"); undefined for anything more or less. */
export function meaningOf(id: string, attributes: readonly Attribute[]): Attribute | undefined {
  const words = id.split('-').filter((word) => !EMPTY_ALONE.has(word) && !CARRIERS.has(word))
  if (words.length === 0) return undefined
  return attributes.find(({ words: known }) => words.every((word) => known.includes(word)))
}
