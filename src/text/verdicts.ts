// Where a text turns something down: "케이크는 비추", "다시는 안 가요", "would not recommend". Whoever quotes or counts praise
// leaves these sentences out. Leaves which words of the clause are meant to keywords/claims.ts.
//
// By expressions on the text as it stands, for a verdict is several words in any spelling ("재방문 의사 X", "가지마세요").
// How exact they are on real reviews is in docs/keywords.md.
import { ENOUGH, NOT, NOT_ALL } from './denials.ts'

/** A stretch of a text: `text.slice(start, end)`. */
export interface Verdict {
  readonly start: number
  readonly end: number
  /** Whether it advises against all that the sentence names, or finds its subject bad. */
  readonly kind: 'advice' | 'quality'
}

/** "햇살이 비추는 창가" shines. */
const LIT = '(?<!(?:빛|햇살|햇볕|조명|노을|석양|달|해|불|거울|등)[이가에을를도은는]{0,2}\\s*)'
/** "별로", "너무별로", but not "종류별로". */
const BARELY = '(?<![가-힣])(?:다|더|좀|너무|넘|개|영|완전|진짜|걍)?별'
/** What ends a sentence, or laughs or cries after it. */
const ENDS = '(?=\\s*(?:$|[^가-힣\\s]))'
/** "추천 안 해요", "추천은 못 드려요", but not "추천 안주", "추천 못난이김밥". */
const DOES_NOT = '(?:안|못)(?= ?(?:[하해할함합했한되돼됨]|드[려리릴립림]))'
/** Behind "가지": 마세요, 마십시오, 마라, 말자, 말길, but not 마카롱, 마라탕, 마시멜로, 말차, 말이. */
const DO_NOT =
  '(?:마(?:세|셔|쇼|십|시[길기오라]|요(?!네)|여|라(?![탕샹볶롱])|삼|셈|(?![가-힣]))|말(?:자|아|길|기|라|걸|것|(?![가-힣])))'
/** Before it: "다른 데 가지 마세요". */
const ELSEWHERE = '(?<!다른 ?(?:데|곳|카페)[가-힣]? ?)'
/** "여러 가지 마", "세 가지 마"; "동네 가지 마세요" counts no kinds. */
const COUNTED = '(?<!(?:여러|몇|\\d|(?<![가-힣])[한두세네]) ?)'
/** "나만 알고 싶으니 오지 마세요" and "오지 마세요, 혼자 알고 싶어요" are praise. */
const SECRET = '(?:만|혼자) ?알고 ?싶'
/** After it: "would not hesitate to come back", "not only terrible", "wouldn't mind going back" deny nothing. */
const DENIES_IT = `(?!(?:hesitate|mind|forget|fail|${NOT_ALL.join('|')})\\b)`

const VERDICTS: Readonly<Record<Verdict['kind'], RegExp>> = {
  advice: expression([
    `${LIT}비추(?:천|함|합|해|한|했|하|입|임|이|예|에요|요|네|용|드|${ENDS})`,
    `(?<=(?:가장|제일|절대|[은는건거])\\s*)${LIT}비추(?:고|지만|는)`,
    '추천(?:하|드리)?(?:지|진|지는|고 ?싶지)(?:는|도)? ?(?:않|못)',
    `추천(?:은|는|을|까지는)? ?(?:${DOES_NOT}|글쎄|x(?![a-z]))`,
    '추천(?:하|드리)기(?:는|엔|에는|가)? ?(?:어렵|어려|힘들|애매)',
    '(?:다시는|다신|두 ?번 ?다시)[^.!?\\n]{0,15}?(?:안 ?[가갈감갔오올온옴왔먹사시이방]|(?:[가오먹사]|시키|방문|이용|찾)[가-힣 ]{0,7}?(?:않|안|못|말|없))',
    '재방문 ?(?:의사|의향|생각|할 생각)?(?:[은는이가도]|까지는)? ?(?:딱히|전혀|절대)? ?(?:없|안|글쎄|별로|x(?![a-z])|무(?![가-힣])|ㄴㄴ|제로|0 ?%)',
    `${ELSEWHERE}${COUNTED}(?<!${SECRET}[^\\n]{0,12})(?:[가오사먹]|시키|드시)지 ?${DO_NOT}(?![^\\n]{0,12}${SECRET})`,
    `${NOT}\\s+(?:${DENIES_IT}\\w+\\s+)?recommend(?!${ENOUGH})`,
    `\\b(?:would|wo|will|am|do)(?:n[’']?t| not| never)\\s+(?:${DENIES_IT}\\w+\\s+){0,2}?(?:go|going|come|coming|return|be|order|buy|visit)\\s*(?:back|(?:here |there )?again)`,
    '\\bnever\\s+(?:again|(?:go|going|come|coming)\\s+(?:back|again))',
    '\\bavoid\\s+(?:this|it|at all|like|[.!]|$)|(?<=^|[.!?\\n]\\s*)avoid(?=[.!\\s]*$)',
    '\\bstay away\\b|\\bnot worth\\b|\\bwaste of (?:money|time)\\b',
  ]),
  quality: expression([
    `${BARELY}(?:롭|론|루${ENDS})`,
    `${BARELY}로(?:이?(?:다|었|였|에요|예요|에여|여|네|고|며|인데|(?=인)|일|임|입|라(?!는|던|길|더)|지|긴|죠|군|구|야|요)|이(?:에|예)| (?:였|이었|입니다|예요|에요|임|인 )|${ENDS})`,
    '최악|실망|노맛',
    '맛[이은도]? ?없',
    `(?<![가-힣])그닥(?:이[가-힣]|${ENDS})`,
    '돈[이도]? ?아(?:깝(?!지)|까)',
    '\\b(?:worst|disappoint(?:ed|ing|ment)?|terrible|awful|horrible|overrated)\\b',
  ]),
}

/**
 * Behind a verdict, takes it back: "최악은 아니에요", "실망하지 않았어요", "맛없는 게 하나도 없어요", "추천하지 않을 수 없는";
 * "맛없기가 쉽지 않은"; "실망한 적이 없어요"; "재방문 안 할 이유가 없어요"; "실망은 안 했어요"; "실망 없는"; "실망하실 일 없어요",
 * "재방문 안 할 수 없는", but not "실망할 수밖에 없는"; "실망하지 마세요"; "돈 아까운 줄 모르겠어요"; "별로일 줄 알았는데 좋아요";
 * "가지 말라고 해도 갈"; "재방문 안 하면 손해".
 */
const TAKEN_BACK = new RegExp(
  [
    '^[가-힣]*(?:[은는이을할인던지진도의건게]|까지는?)\\s*(?:(?!수밖에)[가-힣]{1,3}\\s+)?(?:하나도\\s*)?(?:아니|아닌|아님|아닙|않|없)',
    '^기[가도]?\\s*(?:쉽지|힘들|어려)',
    '^[가-힣]{0,4}(?: ?본)? ?적[이은도]? ?(?:한 ?번도 ?|거의 ?)?없',
    '^ ?(?:할|갈|올) ?이유[가는도]? ?(?:하나도 ?|전혀 ?)?없',
    '^[은는도]? ?안 ?[하해할함합했한시]',
    '^ ?없',
    '^ ?[가-힣]{0,3} ?(?:일|틈|수|것)[가이은는도]? ?(?:하나도 ?|전혀 ?)?없',
    `^하지 ?(?:${DO_NOT}|말고)`,
    '^[운움] ?줄[은도]? ?(?:모르|몰)',
    '^[가-힣]? ?줄 ?알았(?:는데|지만|으나)',
    '^고 ?(?:해도|하셔도)',
    '^ ?하면 ?(?:손해|후회)',
  ].join('|'),
  'u',
)
/** Before one: "never disappointed", "won't be disappointed", "nothing was disappointing", "안 실망"; "그동안 실망" and "천안 최악" only end in the same syllable. */
const DENIED = new RegExp(
  `(?:(?:${NOT}|\\b(?:without|no|nothing(?!\\s+but)))\\s+(?:${DENIES_IT}\\w+\\s+)?|(?<![가-힣])안 ?)$`,
  'iu',
)

/** All verdicts of a text in order of their start. Linear in its length. */
export function verdictsIn(text: string): Verdict[] {
  const found: Verdict[] = []
  for (const kind of ['advice', 'quality'] as const) {
    for (const match of text.matchAll(VERDICTS[kind])) {
      const [start, end] = [match.index, match.index + match[0].length]
      if (TAKEN_BACK.test(text.slice(end, end + 24))) continue
      if (kind === 'quality' && DENIED.test(text.slice(Math.max(0, start - 24), start))) continue
      found.push({ start, end, kind })
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

/** What ends a sentence. */
const BREAK = /[.!?…~\n\r]/u
/** What a verdict may have before and behind it and still stand alone: "진짜 비추합니다!", "I would not recommend". */
const ALONE = {
  before: /^(?:진짜|완전|정말|너무|절대|그냥|걍|매우|저는|전|i|we|would|do|definitely|\s)*$/iu,
  behind: /^[가-힣]{0,6}[^\p{L}]*$/u,
}

/**
 * Whether the sentence around `[start, end)` turns something down, or the next one is nothing but a verdict on it:
 * "커피가 너무 달아요. 비추!".
 */
export function isTurnedDown(text: string, start: number, end: number): boolean {
  const verdicts = verdictsIn(text)
  if (verdicts.length === 0) return false
  let from = start
  while (from > 0 && !BREAK.test(text[from - 1])) from--
  const to = BREAK.test(text[end - 1] ?? '') ? end : sentenceEnd(text, end)
  if (verdicts.some((verdict) => verdict.start < to && from < verdict.end)) return true
  const next = verdicts.find((verdict) => verdict.start >= to)
  return (
    next !== undefined &&
    ALONE.before.test(text.slice(to, next.start).replace(/^[.!?…~\s]+/u, '')) &&
    ALONE.behind.test(text.slice(next.end, sentenceEnd(text, next.end)))
  )
}

function sentenceEnd(text: string, from: number): number {
  let to = from
  while (to < text.length && !BREAK.test(text[to])) to++
  return to
}

function expression(alternatives: readonly string[]): RegExp {
  return new RegExp(alternatives.join('|'), 'giu')
}
