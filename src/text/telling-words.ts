// Words of a request that tell places apart: of "콘센트 많은 카페" it is 콘센트.
// Leaves looking for them in reviews to recommend/reasons/review-quotes.ts.
import { isFunctionWord } from './function-words.ts'
import { EMPTY_ENDS, PASSED_OVER } from './keywords/stop-words.ts'
import { stemCandidates } from './korean-endings.ts'
import { wordsOf } from './words.ts'

/** Said of anything: quantities, praise and what anybody does anywhere. */
const UNTELLING = new Set(
  '좋 많 적 크 작 높 낮 괜찮 있 없 하 되 가 오 보 먹 마시 앉 찾 만하 가능 필요 다양'.split(' '),
)

/** Stems of two letters or more of the words that tell places apart, the longest first. */
export function tellingStems(words: string): string[] {
  const stems = wordsOf(words)
    .filter(isTelling)
    .flatMap((word) => stemCandidates(word).map(({ stem }) => stem))
  return [...new Set(stems)].filter(({ length }) => length >= 2).sort((a, b) => b.length - a.length)
}

function isTelling(word: string): boolean {
  if (isFunctionWord(word)) return false
  return !stemCandidates(word).some(
    ({ stem, ending }) =>
      (ending === '' || stem.length > 1 ? EMPTY_ENDS.has(stem) || PASSED_OVER.has(stem) : false) ||
      UNTELLING.has(stem),
  )
}
