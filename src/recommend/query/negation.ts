// Which words of a question are not wanted: "국밥 말고 파스타", "not spicy", "주차 안 되는".
// Leaves leaving them out to understand.ts. A rule of one word beside a few signs, not of sentences.
import { isFunctionWord } from '../../text/function-words.ts'
import { wordsOf } from '../../text/words.ts'

/** Deny the word before: "국밥 말고". */
const DENY_BEFORE = new Set(
  '말고 빼고 제외 제외하고 제외한 아닌 없는 없이 없고 싫어 싫은 안되는 안돼는 못하는'.split(' '),
)
/** Deny the word before, as two words: "주차 안 되는". */
const DENY_BEFORE_PAIRS = new Set(['안 되는', '안 돼는', '안 하는', '안 나는', '못 하는'])
/** Deny the next word that says something: "not too spicy". */
const DENY_AFTER = new Set(['not', 'no', 'without', 'except'])
/** Stand for what the word before them says: "매운 거 말고". */
const STAND_INS = new Set(['거', '것', '건', '데', '곳'])

/**
 * Positions of the words that are denied, and of those that deny them; empty where all would be.
 * @param isPhrase whether some words together mean something themselves ("no kids zone")
 */
export function negated(
  tokens: readonly string[],
  isPhrase: (words: readonly string[]) => boolean,
): Set<number> {
  const words = tokens.map((token) => wordsOf(token).join(''))
  const found = new Set<number>()
  for (const [at, word] of words.entries()) {
    const isPair = DENY_BEFORE_PAIRS.has(`${word} ${words[at + 1]}`)
    if (at > 0 && (isPair || DENY_BEFORE.has(word))) {
      if (isPhrase(tokens.slice(at - 1, at + 1))) continue
      found.add(at).add(at - 1)
      if (isPair) found.add(at + 1)
      if (at > 1 && STAND_INS.has(words[at - 1])) found.add(at - 2)
    }
    if (!DENY_AFTER.has(word)) continue
    const denied = words.findIndex((other, later) => later > at && !isFunctionWord(other))
    if (denied < 0 || [2, 3].some((count) => isPhrase(tokens.slice(at, at + count)))) continue
    for (let between = at; between <= denied; between++) found.add(between)
  }
  const isLeft = words.some((word, at) => !found.has(at) && !isFunctionWord(word))
  return isLeft ? found : new Set()
}
