// A question in words → area, category, attributes and the rest: "성수동 조용한 카페 주차".
// Leaves what words may mean to gazetteer.ts, and what to make of it to candidates.ts.
import { categoryWithAncestors } from '../../domain/category.ts'
import type { Locale } from '../../domain/names.ts'
import type { Understood, UnderstoodPart } from '../../domain/understood.ts'
import type { Attribute } from '../../text/concepts.ts'
import { isFunctionWord } from '../../text/function-words.ts'
import { stemCandidates } from '../../text/korean-endings.ts'
import { typedInHangul } from '../../text/spelling.ts'
import { wordsOf } from '../../text/words.ts'
import type { Vocabulary } from '../live/vocabulary.ts'
import type { Gazetteer, Meaning } from './gazetteer.ts'
import { denials, type Known } from './negation.ts'

export interface Understanding extends Understood {
  /** Entries of the table for `attributes`, in the same order. */
  readonly asked: readonly Attribute[]
  /** Words of `rest` that say something. */
  readonly restWords: readonly string[]
  /** Words beside an area or a kind that only join others, where a place is called so: "어디 술집"; '' where none is. */
  readonly name: string
  /** What to search for inside areas and categories: attributes and the rest, as they were written or mended. */
  readonly words: string
  /** The question as it was mended, without what it denies; the question itself where neither is. */
  readonly mended: string
  /** What it denies: where it does, the question as it was written asks for what is not wanted. */
  readonly denied: readonly Denied[]
}

/** Words that are denied together, and what they mean. */
export interface Denied {
  /** As `wordsOf` gives them. */
  readonly words: readonly string[]
  readonly meaning?: Meaning | undefined
}

export interface UnderstandOptions {
  readonly gazetteer: Gazetteer
  readonly vocabulary: Vocabulary
  readonly locale: Locale
  readonly parts: ReadonlySet<UnderstoodPart>
  /** Whether a place holds this word: then it is no slip. */
  isHeld(word: string): Promise<boolean>
  /** Whether a place is called so or, unless asked `wholly`, a word of its name is. */
  isNamed(words: string, options?: { readonly wholly?: boolean }): Promise<boolean>
  /** Whether next to no place holds `word` while very many hold `other`, which it may be a slip of. */
  isRareBeside(word: string, other: string): Promise<boolean>
  /** A name that is one slip from this word, as `wordsOf` gives it. */
  slipOf(word: string): Promise<string | undefined>
  /** A name, or a word of one, in the other script that sounds like this, as it is written there; `surely` for joined words. */
  soundsLike(word: string, options: { readonly surely: boolean }): Promise<string | undefined>
}

/**
 * So many words that mean nothing here, Latin ones or of any script, are a sentence: what they look or sound like is chance
 * ("stared at", 스트라다; "수다 떨어도", 더리터).
 */
const SENTENCE_WORDS = { latin: 4, any: 6 } as const

/** Longer questions are stories: their words are searched for, not taken apart. */
const MAX_WORDS = 20

export async function understand(query: string, options: UnderstandOptions): Promise<Understanding> {
  const { gazetteer, vocabulary, locale, parts } = options
  const areas: Understood['areas'] = []
  const categories: Understood['categories'] = []
  const attributes: Understood['attributes'] = []
  const asked: Attribute[] = []
  const changed: Understood['changed'] = []
  const rest: string[] = []
  const words: string[] = []
  const mended: string[] = []

  const written = (query.match(/[^\s,/]+(?:\s*,)?/g) ?? []).filter((token) => wordsOf(token).length > 0)
  const found = written.length > MAX_WORDS ? [] : await denials(written, known())
  const unwanted = new Set(found.flatMap(({ denied, signs }) => [...denied.flat(), ...signs]))
  const tokens = written.filter((_, at) => !unwanted.has(at)).map((token) => token.replace(/\s*,$/, ''))
  const take = (text: string, found: Meaning): boolean => {
    const isArea = found.areas.length > 0 && parts.has('areas')
    const isCategory = found.categories.length > 0 && parts.has('categories')
    // What is a category here is none of the conditions.
    const isAttribute =
      found.attributes.length > 0 && found.categories.length === 0 && parts.has('attributes')
    // A short form may be anything; what else the word means comes before.
    if (isArea && !(found.isShort && (isCategory || isAttribute))) {
      for (const { kind, id } of found.areas) {
        const name = kind === 'region' ? vocabulary.regionName(id, locale) : vocabulary.spotName(id, locale)
        areas.push({ kind, id, name, words: text })
      }
    } else if (isCategory) {
      for (const code of found.categories) {
        categories.push({ code, name: vocabulary.categoryName(code, locale), words: text })
      }
    } else if (isAttribute) {
      for (const attribute of found.attributes) {
        if (asked.includes(attribute)) continue
        asked.push(attribute)
        attributes.push({ id: attribute.id, name: attribute[locale], words: text })
      }
      words.push(text)
    } else return false
    mended.push(text)
    return true
  }

  const mendsWords = parts.has('spelling') && tokens.length <= MAX_WORDS && !isSentence(tokens, gazetteer)
  for (let from = 0; from < tokens.length;) {
    const longest = tokens.length > MAX_WORDS ? 0 : Math.min(gazetteer.maxWords, tokens.length - from)
    let taken = 0
    for (let count = longest; count > 0 && taken === 0; count--) {
      const span = tokens.slice(from, from + count)
      const found = meaningOf(span, gazetteer)
      if (found !== undefined && take(span.join(' '), found)) taken = count
    }
    if (taken === 0 && longest > 0 && parts.has('spelling')) taken = await respell(tokens, from)
    if (taken === 0) {
      const token = tokens[from]
      taken = 1
      const halves = tokens.length > MAX_WORDS ? undefined : splitCompound(token, gazetteer)
      if (halves?.every(([text, found]) => take(text, found))) {
        // Both were taken.
      } else if (mendsWords && !isFunctionWord(wordsOf(token).join(''))) {
        taken = await mend(tokens, from)
      } else keep(token)
    }
    from += taken
  }
  const kept = narrowest(areas, gazetteer)
  const isNarrow = areas.length + categories.length > 0
  const joining = isNarrow && words.length === 0 ? rest.join(' ') : ''
  const isName = joining !== '' && (await options.isNamed(joining, { wholly: true }))
  return {
    areas: kept,
    categories,
    attributes,
    asked,
    rest: rest.join(' '),
    restWords: wordsOf(rest.join(' ')).filter((word) => !isFunctionWord(word)),
    changed,
    name: isName ? joining : '',
    words: words.join(' '),
    mended: mended.join(' '),
    denied: found.flatMap(({ denied }) => denied.map(deniedBy)),
  }

  function deniedBy(positions: readonly number[]): Denied {
    const span = positions.map((at) => written[at])
    const meaning = meaningOf(span, gazetteer)
    // "음식점 말고 카페": a kind is not denied with those around it.
    const isAround = (code: string) =>
      categories.some((own) => categoryWithAncestors(own.code).includes(code))
    return {
      words: span.flatMap(wordsOf),
      meaning: meaning && { ...meaning, categories: meaning.categories.filter((code) => !isAround(code)) },
    }
  }

  function known(): Known {
    return {
      isPhrase: (span) => span.length > 1 && meaningOf(span, gazetteer) !== undefined,
      isPlace(word) {
        const meaning = meaningOf([word], gazetteer)
        return meaning !== undefined && meaning.areas.length + meaning.categories.length > 0
      },
      isName: (span) => options.isNamed(span.join(' ')),
    }
  }

  function keep(token: string): void {
    rest.push(token)
    mended.push(token)
    if (!isFunctionWord(wordsOf(token).join(''))) words.push(token)
  }

  /** A name of the table in the spelling that places have; returns how many words that took, 0 for none. */
  async function respell(all: readonly string[], from: number): Promise<number> {
    for (let count = Math.min(gazetteer.maxWords, all.length - from); count > 0; count--) {
      const text = all.slice(from, from + count).join(' ')
      for (const other of gazetteer.spellingsOf(wordsOf(text).join(''))) {
        if (!(await options.isHeld(other))) continue
        // Where places have both spellings the one that was typed is as good.
        if (await options.isNamed(text)) return 0
        changed.push({ from: text, to: other, why: 'sound' })
        keep(other)
        return count
      }
    }
    return 0
  }

  /** What a word that no place holds, or that is a slip of a common one, may have been meant for; returns how many words that took. */
  async function mend(all: readonly string[], from: number): Promise<number> {
    const token = all[from]
    const key = wordsOf(token).join('')
    const slips = gazetteer.typoOf(key)
    if (await options.isHeld(token)) {
      if (slips !== undefined && (await options.isRareBeside(key, slips))) change(token, slips, 'typo')
      else keep(token)
      return 1
    }
    const hangul = typedInHangul(key)
    if (/^[a-z]+$/.test(key) && /^[가-힣]{2,}$/.test(hangul)) {
      const found = gazetteer.meaningOf(hangul)
      if (found !== undefined || (await options.isHeld(hangul))) {
        change(token, hangul, 'keyboard')
        return 1
      }
    }
    const next = all[from + 1] as string | undefined
    // Words that mean something apart are no name together.
    if (next !== undefined && (await isUnknown(next))) {
      const together = await options.soundsLike(wordsOf(`${token} ${next}`).join(''), { surely: true })
      if (together !== undefined) {
        change(`${token} ${next}`, together, 'sound')
        return 2
      }
    }
    if (slips !== undefined && (gazetteer.meaningOf(slips) !== undefined || (await options.isHeld(slips)))) {
      change(token, slips, 'typo')
      return 1
    }
    const name = await options.slipOf(key)
    const heard = name === undefined ? await options.soundsLike(key, { surely: false }) : undefined
    if (name !== undefined) change(token, name, 'typo')
    else if (heard !== undefined) change(token, heard, 'sound')
    else keep(token)
    return 1
  }

  function change(from: string, to: string, why: Understood['changed'][number]['why']): void {
    changed.push({ from, to, why })
    // Of a sound only a name is known, whatever else the word means.
    const found = why === 'sound' ? undefined : gazetteer.meaningOf(wordsOf(to).join(''))
    if (found === undefined || !take(to, found)) keep(to)
  }

  /** Whether a word means nothing by itself. */
  async function isUnknown(token: string): Promise<boolean> {
    if (isFunctionWord(wordsOf(token).join('')) || meaningOf([token], gazetteer) !== undefined) return false
    return !(await options.isHeld(token))
  }
}

/** Whether it says more than its words do. */
export function saysMore({ areas, categories, attributes, changed }: Understood): boolean {
  return areas.length + categories.length + attributes.length + changed.length > 0
}

/** Of words that stand together: as they are, or the last one without its particle or ending. */
function meaningOf(span: readonly string[], gazetteer: Gazetteer): Meaning | undefined {
  const parts = span.flatMap((token) => wordsOf(token))
  const last = parts.at(-1)!
  const before = parts.slice(0, -1).join('')
  for (const { stem } of stemCandidates(last)) {
    const found = gazetteer.meaningOf(before + stem)
    if (found !== undefined) return found
  }
  return undefined
}

function isSentence(tokens: readonly string[], gazetteer: Gazetteer): boolean {
  const unknown = tokens.filter(
    (token) => !isFunctionWord(wordsOf(token).join('')) && meaningOf([token], gazetteer) === undefined,
  )
  const latin = unknown.filter((token) => /^[a-z]+$/i.test(token))
  return latin.length >= SENTENCE_WORDS.latin || unknown.length >= SENTENCE_WORDS.any
}

/** "성수동카페" → 성수동, 카페: two known words written as one, neither a short form of an area. */
function splitCompound(token: string, gazetteer: Gazetteer): [string, Meaning][] | undefined {
  const parts = wordsOf(token)
  if (parts.length !== 1 || !/^[가-힣]{4,}$/.test(parts[0])) return undefined
  for (let cut = parts[0].length - 2; cut >= 2; cut--) {
    const texts = [parts[0].slice(0, cut), parts[0].slice(cut)]
    const halves = texts.map((text) => [text, meaningOf([text], gazetteer)] as const)
    if (halves.every(([, found]) => found !== undefined)) return halves as [string, Meaning][]
  }
  return undefined
}

/**
 * "제주 애월" is 애월: an area around one that other words name adds nothing. Of areas with one name the widest: "제주" is
 * the province, not its city.
 */
function narrowest(areas: Understood['areas'], gazetteer: Gazetteer): Understood['areas'] {
  const isAround = (wide: Area, { kind, id }: Area) =>
    wide.kind === 'region' && kind === 'region' && gazetteer.ancestorsOf(id).includes(wide.id)
  const widest = areas.filter(
    (area) => !areas.some((other) => other.words === area.words && isAround(other, area)),
  )
  return widest.filter((area) => !widest.some((other) => isAround(area, other)))
}

type Area = Understood['areas'][number]
