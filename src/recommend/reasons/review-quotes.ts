// The line of a review that says what somebody looks for, letter by letter, with where it stands.
// Leaves whether to show it to reasons.ts.
import type { Quote } from '../../domain/keyword.ts'
import type { Place } from '../../domain/place.ts'
import { isTurnedDown } from '../../text/verdicts.ts'
import { normalizeText } from '../../text/words.ts'

/** A line ends at punctuation, at a line break or where people laugh (ㅎㅎ, ㅋㅋ) or cry (ㅠㅠ). */
const LINE = /[^.!?…~\n\r]+[.!?…]*/gu
const LAUGH = /[ㄱ-ㅎㅏ-ㅣ]{2,}.*$/u
/** "조용하지 않아요" says the word and means its opposite. */
const DENIES = /않|없|아[니님]|못|별로|(^|\s)안\s|불친절|\b(not?|never|isn't|wasn't|don't|hardly|too)\b/iu
/**
 * Any fault, of whatever: a reason to go is not "디저트는 좋은데 음료는 아쉬워요". A fault that is denied ("비싸지 않고") is
 * refused as well: there are other lines. "다른 카페 가세요" sends away, "다른 카페보다" compares.
 */
const FAULTS = new RegExp(
  [
    String.raw`아쉬|아쉽|아까[운우워웠]|쓰레기|평타|비싸|비싼|비쌈|비쌉|시끄|시끌|소란|좁|협소|불편|불쾌|불만|더럽|더러|지저분|느리|느려|느린|느림|그닥|그저(?!께)|그럭저럭`,
    String.raw`그냥\s*(?:[.…~]|$)|쏘쏘|애매|어렵|어려|힘들|힘든|힘듦|부족|모자라|떨어[지져진짐]|늦게\s*(?:나|왔)|웨이팅|대기|줄이\s*길|붐[비벼]|복잡|정신없|냄새`,
    String.raw`질기|질겨|눅눅|밍밍|싱거|싱겁|느끼[하해했한]|딱딱|사악|바가지|후회|단점|답답|어두[워웠컴]|춥|추[워웠운]|덥|더[워웠운]|짜증|심심|오래\s*(?:걸|기다)`,
    String.raw`다른\s*(?:카페|커피숍|곳|데|집|가게|식당)(?:\s|로|을|를|에)*(?:가|찾|추천|낫|나아|알아)|(?:가격|값)[^.]{0,8}(?:세[요다고]|높|올)`,
    String.raw`양이?\s*(?:너무\s*|좀\s*|조금\s*)?적[은어음고다]`,
    String.raw`\b(?:expensive|overpriced|pricey|noisy|loud|crowded|cramped|dirty|slow|rude|bland|bad|worst|worse|terrible|awful|disappoint\w*|unfortunately|mediocre|meh)\b`,
  ].join('|'),
  'iu',
)
/** "조용했으면 좋겠어요" wishes for it. */
const WISHES = /면\s*(?:더\s*)?(?:좋겠|좋을|좋았을)|[았었였했갔왔]으면|텐데|(?:기를|길)\s*바라/u
/** "조용하면 자주 갈": what follows a stem where it is only supposed. */
const SUPPOSED = /^(?:하|으)?(?:시|다)?면(?:$|[^서가-힣])/u
const MIN_CHARS = 6
const MAX_CHARS = 80

/**
 * The first line of its reviews that holds one of the words (as `wordsOf` gives them), denies, wishes and turns down
 * nothing, finds no fault and is short enough to be shown; words first to last. Undefined where there is none.
 */
export function quoteReview(place: Place, words: readonly string[]): Quote | undefined {
  for (const word of words) {
    for (const [index, review] of (place.reviews ?? []).entries()) {
      if (!normalizeText(review).includes(word)) continue
      for (const line of review.matchAll(LINE)) {
        const text = line[0].replace(LAUGH, '').trim()
        if (text.length < MIN_CHARS || text.length > MAX_CHARS) continue
        if (DENIES.test(text) || FAULTS.test(text) || WISHES.test(text) || !says(normalizeText(text), word))
          continue
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
