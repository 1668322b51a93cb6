// A question in words → area, category, attributes and the rest: "성수동 조용한 카페 주차".
// Leaves what words may mean to gazetteer.ts, and what to make of it to candidates.ts.
import type { Locale } from '../../domain/names.ts'
import type { Understood, UnderstoodPart } from '../../domain/understood.ts'
import type { Attribute } from '../../text/concepts.ts'
import { stemCandidates } from '../../text/korean-endings.ts'
import { typedInHangul } from '../../text/spelling.ts'
import { wordsOf } from '../../text/words.ts'
import type { Vocabulary } from '../vocabulary.ts'
import type { Gazetteer, Meaning } from './gazetteer.ts'

export interface Understanding extends Understood {
  /** Entries of the table for `attributes`, in the same order. */
  readonly asked: readonly Attribute[]
  /** Words of `rest` that say something. */
  readonly restWords: readonly string[]
  /** What to search for inside areas and categories: attributes and the rest, as they were written or mended. */
  readonly words: string
  /** The question as it was mended; the question itself where nothing was. */
  readonly mended: string
}

export interface UnderstandOptions {
  readonly gazetteer: Gazetteer
  readonly vocabulary: Vocabulary
  readonly locale: Locale
  readonly parts: ReadonlySet<UnderstoodPart>
  /** Whether a place holds this word: then it is no slip. */
  isHeld(word: string): Promise<boolean>
  /** Whether a place is called so, or nearly. */
  isNamed(words: string): Promise<boolean>
  /** A word of a place's name that sounds like this one. */
  soundsLike(word: string): Promise<string | undefined>
}

/**
 * So many words that mean nothing here, Latin ones or of any script, are a sentence: what they look or sound like is chance
 * ("stared at", 스트라다; "수다 떨어도", 더리터).
 */
const SENTENCE_WORDS = { latin: 4, any: 6 } as const

/** Longer questions are stories: their words are searched for, not taken apart. */
const MAX_WORDS = 20

/** Say nothing of a place: what is searched for inside an area and a category does without them. */
const FILLERS = new Set(
  (
    '곳 추천 좋은 갈만한 갈 만한 가볼만한 근처 주변 쪽 있는 있나요 알려줘 찾아줘 어디 in at near the a an for with of to and good ' +
    'best place places where is are me somewhere anywhere'
  ).split(' '),
)

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

  const tokens = query.split(/[\s,/]+/).filter((token) => wordsOf(token).length > 0)
  const take = (text: string, found: Meaning): boolean => {
    const isArea = found.areas.length > 0 && parts.has('areas')
    const isCategory = found.categories.length > 0 && parts.has('categories')
    const isAttribute = found.attributes.length > 0 && parts.has('attributes')
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
      } else if (mendsWords && !(await options.isHeld(token))) {
        taken = await mend(tokens, from)
      } else keep(token)
    }
    from += taken
  }
  const kept = narrowest(areas, gazetteer)
  return {
    areas: kept,
    categories,
    attributes,
    asked,
    rest: rest.join(' '),
    restWords: wordsOf(rest.join(' ')).filter((word) => !FILLERS.has(word)),
    changed,
    words: words.join(' '),
    mended: mended.join(' '),
  }

  function keep(token: string): void {
    rest.push(token)
    mended.push(token)
    if (!FILLERS.has(wordsOf(token).join(''))) words.push(token)
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

  /** What a word that no place holds may have been meant for; returns how many words that took. */
  async function mend(all: readonly string[], from: number): Promise<number> {
    const token = all[from]
    const key = wordsOf(token).join('')
    const hangul = typedInHangul(key)
    if (/^[a-z]+$/.test(key) && /^[가-힣]{2,}$/.test(hangul)) {
      const found = gazetteer.meaningOf(hangul)
      if (found !== undefined || (await options.isHeld(hangul))) {
        changed.push({ from: token, to: hangul, why: 'keyboard' })
        if (found === undefined || !take(hangul, found)) keep(hangul)
        return 1
      }
    }
    for (const count of from + 1 < all.length ? [2, 1] : [1]) {
      const text = all.slice(from, from + count).join(' ')
      const heard = await options.soundsLike(wordsOf(text).join(''))
      if (heard === undefined) continue
      changed.push({ from: text, to: heard, why: 'sound' })
      keep(heard)
      return count
    }
    const slips = gazetteer.typoOf(key)
    const found = slips === undefined ? undefined : gazetteer.meaningOf(slips)
    if (slips !== undefined && (found !== undefined || (await options.isHeld(slips)))) {
      changed.push({ from: token, to: slips, why: 'typo' })
      if (found === undefined || !take(slips, found)) keep(slips)
    } else keep(token)
    return 1
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
    (token) => !FILLERS.has(wordsOf(token).join('')) && meaningOf([token], gazetteer) === undefined,
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
