// The line of a review that says what somebody looks for, letter by letter, with where it stands.
// Leaves whether to show it to reasons.ts.
import type { Quote } from '../../domain/keyword.ts'
import type { Place } from '../../domain/place.ts'
import { ENOUGH, NOT } from '../../text/denials.ts'
import { isTurnedDown } from '../../text/verdicts.ts'
import { normalizeText } from '../../text/words.ts'

/** A line ends at punctuation, at a line break or where people laugh (ㅎㅎ, ㅋㅋ) or cry (ㅠㅠ). */
const LINE = /[^.!?…~\n\r]+[.!?…]*/gu
const LAUGH = /[ㄱ-ㅎㅏ-ㅣ]{2,}.*$/u
/** Praise in words of denials and faults, which are looked for in the rest of the line: "후회 없는", "대기업". */
const PRAISES = anyOf(
  ['못지않 대기업'],
  [
    '(?:후회|실패|손색|둘도|틀림|변함|어김|아낌|빠짐|나무랄 ?데|흠잡을 ?데|더할 ?나위)[가이]? ?없',
    '(?:굽는|볶는|좋은|고소한|구수한|달콤한|맛있는|향긋한) ?냄새',
    '냄새[가도]? ?(?:너무|정말|진짜)? ?(?:좋|고소|구수|달콤|향긋)',
    String.raw`\bno better\b(?! than)|\bslow (?:bar|brew|coffee bar|drip|food)\b`,
    String.raw`${NOT}\s+recommend${ENOUGH}`,
  ],
)
/** "조용하지 않아요" says the word and means its opposite. */
const DENIES = anyOf(
  ['않 없 아니 아님 못 별로 불친절 불가 금지'],
  [
    String.raw`(?:^|\s)안\s`,
    // "안돼요", "주차안됨", before the verbs that people write so; "편안해요", "해안가" only end in 안.
    '(?<![동미제집천편평해])안 ?[가간갈감갑갔나난날났되된될됨됩됐돼든들맞먹받보봐봤써쓰열올옴와왔좋하한할함합해했]',
    NOT,
    String.raw`\b(?:no|hardly|too)\b`,
  ],
)
/**
 * Any fault, of whatever: a reason to go is not "디저트는 좋은데 음료는 아쉬워요". A fault that is denied ("비싸지 않고") is
 * refused as well: there are other lines.
 */
const FAULTS = anyOf(
  [
    '아쉬 아쉽 아까우 아까운 아까워 아까웠 후회 단점 부족 모자라 떨어져 떨어지 떨어진 떨어짐 쓰레기 평타 그닥 그럭저럭 쏘쏘 애매',
    '비싸 비싼 비쌈 비쌉 사악 바가지',
    '시끄 시끌 시장통 소란 좁 협소 답답 어두워 어두웠 어두컴 춥 추운 추워 추웠 덥 더운 더워 더웠 더럽 더러 지저분 냄새 벌레 이물',
    '불편 불쾌 불만 짜증 심심 어렵 어려 힘들 힘든 힘듦 힘듬 복잡 지옥 정신없 느리 느려 느린 느림 웨이팅 대기 붐비 붐벼',
    '질기 질겨 눅눅 밍밍 싱거 싱겁 느끼하 느끼한 느끼했 느끼해 딱딱 이상하 이상한 이상해 배탈 식중독',
  ],
  [
    '그저(?!께)|식어(?!도)|눈치 ?[보봐]|고장 ?[나난났]|끊[겨긴김]|끊기',
    String.raw`그냥\s*(?:[.…~]|$|그[래랬렇])`,
    String.raw`줄이\s*길|늦게\s*(?:나|왔)|오래\s*(?:걸|기다)`,
    // "다른 카페 가세요" sends away, "다른 카페보다" compares.
    String.raw`다른\s*(?:카페|커피숍|곳|데|집|가게|식당)(?:\s|로|을|를|에)*(?:가|찾|추천|낫|나아|알아)`,
    String.raw`(?:가격|값)[^.]{0,8}(?:세[요다고]|높|올)`,
    String.raw`양이?\s*(?:너무\s*|좀\s*|조금\s*)?적[은어음고다]`,
    String.raw`\b(?:expensive|overpriced|pricey|noisy|loud|crowded|cramped|dirty|slow|rude|bland|bad|worst|worse|terrible)\b`,
    String.raw`\b(?:awful|disappoint\w*|unfortunately|mediocre|meh|burnt|watery|lukewarm|poison\w*)\b`,
  ],
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
        if (isAgainst(text) || WISHES.test(text) || !says(normalizeText(text), word)) continue
        const start = line.index + line[0].indexOf(text)
        if (isTurnedDown(review, start, start + text.length)) continue
        return { source: 'review', index, start, end: start + text.length, text }
      }
    }
  }
  return undefined
}

function isAgainst(line: string): boolean {
  const rest = line.split(PRAISES).join(' ')
  return DENIES.test(rest) || FAULTS.test(rest)
}

/** Whether the word stands there at least once without being supposed only. */
function says(line: string, word: string): boolean {
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    if (!SUPPOSED.test(line.slice(at + word.length))) return true
  }
  return false
}

/**
 * @param words apart by spaces, wherever they stand
 * @param forms expressions
 */
function anyOf(words: readonly string[], forms: readonly string[]): RegExp {
  return new RegExp([...words.flatMap((row) => row.split(' ')), ...forms].join('|'), 'iu')
}
