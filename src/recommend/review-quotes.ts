// The line of a review that says what somebody looks for, letter by letter, with where it stands.
// Leaves whether to show it to reasons.ts.
import type { Quote } from '../domain/keyword.ts'
import type { Place } from '../domain/place.ts'
import { isTurnedDown } from '../text/verdicts.ts'
import { normalizeText } from '../text/words.ts'

/** A line ends at punctuation, at a line break or where people laugh (ㅎㅎ, ㅋㅋ) or cry (ㅠㅠ). */
const LINE = /[^.!?…~\n\r]+[.!?…]*/gu
const LAUGH = /[ㄱ-ㅎㅏ-ㅣ]{2,}.*$/u
/** "조용하지 않아요" says the word and means its opposite. */
const DENIES = /않|없|아[니님]|못|별로|(^|\s)안\s|불친절|\b(not?|never|isn't|wasn't|don't|hardly|too)\b/iu
/** "조용했으면 좋겠어요" wishes for it. */
const WISHES = /면\s*(?:더\s*)?(?:좋겠|좋을|좋았을)|[았었였했갔왔]으면|텐데|(?:기를|길)\s*바라/u
/** "조용하면 자주 갈": what follows a stem where it is only supposed. */
const SUPPOSED = /^(?:하|으)?(?:시|다)?면(?:$|[^서가-힣])/u
const MIN_CHARS = 6
const MAX_CHARS = 80

/**
 * The first line of its reviews that holds one of the words (as `wordsOf` gives them), denies, wishes and turns down
 * nothing and is short enough to be shown; words first to last. Undefined where there is none.
 */
export function quoteReview(place: Place, words: readonly string[]): Quote | undefined {
  for (const word of words) {
    for (const [index, review] of (place.reviews ?? []).entries()) {
      if (!normalizeText(review).includes(word)) continue
      for (const line of review.matchAll(LINE)) {
        const text = line[0].replace(LAUGH, '').trim()
        if (text.length < MIN_CHARS || text.length > MAX_CHARS) continue
        if (DENIES.test(text) || WISHES.test(text) || !says(normalizeText(text), word)) continue
        const start = line.index + line[0].indexOf(text)
        if (isTurnedDown(review, start, start + text.length)) continue
        return { source: 'review', index, start, end: start + text.length, text }
      }
    }
  }
  return undefined
}

/** Whether the word stands there at least once without being supposed only. */
function says(line: string, word: string): boolean {
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    if (!SUPPOSED.test(line.slice(at + word.length))) return true
  }
  return false
}
