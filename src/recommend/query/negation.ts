// Which words of a question are not wanted: "국밥 말고 파스타", "not spicy", "주차 안 되는".
// Leaves leaving them out to understand.ts. A rule of one word or a few beside a few signs, not of sentences.
import { NOT_ALL } from '../../text/denials.ts'
import { isFunctionWord } from '../../text/function-words.ts'
import { isDense, wordsOf } from '../../text/words.ts'

/** Deny the word before: "국밥 말고". */
const DENY_BEFORE = new Set(
  '말고 빼고 제외 제외하고 제외한 아닌 없는 없이 없고 싫어 싫은 안되는 안돼는 못하는'.split(' '),
)
/** Deny the word before, as two words: "주차 안 되는". */
const DENY_BEFORE_PAIRS = new Set(['안 되는', '안 돼는', '안 하는', '안 나는', '못 하는'])
/** Deny the next word that says something: "not too spicy". */
const DENY_NEXT = 'not'
/** Deny the words from there on: "without loud music". */
const DENY_AFTER = new Set(['no', 'without', 'except'])
/** Join more to what is denied: "without kids or pets", "no lack of noise". */
const JOINS = new Set(['or', 'of'])
/** Stand for what the word before them says: "매운 거 말고". */
const STAND_INS = new Set(['거', '것', '건', '데', '곳'])
/** What is denied ends with it. */
const PAUSE = /[,.;:!?，、]$/
/** Most words of a name that is looked for around a sign. */
const MAX_NAME_WORDS = 4

/** What words of a question are known as. */
export interface Known {
  /** Whether some words together mean something themselves ("no kids zone"). */
  isPhrase(words: readonly string[]): boolean
  /** Whether a word is an area or a kind of place: where it follows, it is wanted again ("no smoking cafe"). */
  isPlace(word: string): boolean
  /** Whether a place is called so ("No Brand Burger"). */
  isName(words: readonly string[]): Promise<boolean>
}

/** Positions of words. */
export interface Denial {
  /** Each by itself: "kids", "loud music" of "without kids or loud music". */
  readonly denied: readonly (readonly number[])[]
  /** What denies them, and what stands between. */
  readonly signs: readonly number[]
}

/**
 * What a question denies, in order; empty where that would be all of it.
 * @param tokens with the punctuation behind them
 */
export async function denials(tokens: readonly string[], known: Known): Promise<Denial[]> {
  const words = tokens.map((token) => wordsOf(token).join(''))
  const found: Denial[] = []
  for (const at of words.keys()) {
    const denial = (await deniedBefore(at)) ?? deniedAfter(at)
    if (denial !== undefined && !(await isInName(at))) found.push(denial)
  }
  const gone = new Set(found.flatMap(({ denied, signs }) => [...denied.flat(), ...signs]))
  return words.some((word, at) => !gone.has(at) && !isFunctionWord(word)) ? found : []

  async function deniedBefore(at: number): Promise<Denial | undefined> {
    const isPair = DENY_BEFORE_PAIRS.has(`${words[at]} ${words[at + 1]}`)
    if (at === 0 || !(isPair || DENY_BEFORE.has(words[at]))) return undefined
    if (known.isPhrase(tokens.slice(at - 1, at + 1))) return undefined
    const signs = isPair ? [at, at + 1] : [at]
    if (at > 1 && STAND_INS.has(words[at - 1])) return { denied: [[at - 2]], signs: [at - 1, ...signs] }
    const from = await nameBefore(at)
    return { denied: [[...words.keys()].slice(from, at)], signs }
  }

  /** Where the words before `at` begin that are a name together: one word where none are. */
  async function nameBefore(at: number): Promise<number> {
    for (let from = Math.max(0, at - MAX_NAME_WORDS); from < at - 1; from++)
      if (await known.isName(tokens.slice(from, at))) return from
    return at - 1
  }

  function deniedAfter(at: number): Denial | undefined {
    const isOne = words[at] === DENY_NEXT
    if (!isOne && !DENY_AFTER.has(words[at])) return undefined
    if (isOne && NOT_ALL.includes(words[at + 1])) return undefined
    const first = words.findIndex((word, later) => later > at && !isFunctionWord(word))
    if (first < 0 || tokens.slice(at, first).some((token) => PAUSE.test(token))) return undefined
    if ([2, 3].some((count) => known.isPhrase(tokens.slice(at, at + count)))) return undefined
    let end = first + ([3, 2].find((count) => known.isPhrase(tokens.slice(first, first + count))) ?? 1)
    if (!isOne) while (goesOn(first, end)) end++
    const span = [...words.keys()].slice(at, end)
    const isSign = (position: number) => position < first || isFunctionWord(words[position])
    const denied: number[][] = []
    for (const position of span.filter((each) => !isSign(each))) {
      if (isSign(position - 1)) denied.push([])
      denied.at(-1)!.push(position)
    }
    return { denied, signs: span.filter(isSign) }
  }

  /** Whether the word at `next` is denied with those from `first`. */
  function goesOn(first: number, next: number): boolean {
    if (next >= words.length || PAUSE.test(tokens[next - 1])) return false
    if (JOINS.has(words[next]) || JOINS.has(words[next - 1])) return true
    return (
      !isFunctionWord(words[next]) &&
      isDense(words[next]) === isDense(words[first]) &&
      !known.isPlace(tokens[next])
    )
  }

  /** Whether the sign at `at` is part of a name. */
  async function isInName(at: number): Promise<boolean> {
    const spans = tokens.length > MAX_NAME_WORDS ? [tokens] : []
    for (let count = 2; count <= MAX_NAME_WORDS; count++) {
      for (let from = Math.max(0, at - count + 1); from <= at && from + count <= tokens.length; from++)
        spans.push(tokens.slice(from, from + count))
    }
    return (await Promise.all(spans.map((span) => known.isName(span)))).includes(true)
  }
}
