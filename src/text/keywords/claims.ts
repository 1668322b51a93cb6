// Which words of a clause are claims about the place: none that somebody only supposes ("친절하면") or wishes for ("주차장이
// 있었으면 좋겠어요"), and one that is denied or turned down only together with what does so. Leaves words and phrases to
// phrases.ts, verdicts to ../verdicts.ts.
import type { Verdict } from '../verdicts.ts'
import { complains, denies } from './stop-words.ts'

export interface ClauseWord {
  readonly form: string
  readonly stem: string
  /** What followed the stem. */
  readonly ending: string
  /** Of the verdict that it is part of. */
  readonly verdict?: Verdict['kind'] | undefined
}

export interface Claim {
  /** False for what is supposed or wished for: no phrase holds it. */
  readonly isSaid: boolean
  /** Positions of words that deny this one, or complain of it: a phrase that holds it holds one of them. */
  readonly deniedBy: readonly number[]
}

/** Conditions, whatever stem the corpus finds: 하면, 있으면, 좋다면, 친절하시면. */
const CONDITION = /(?:으|하|되|시|다|이|니라|이라|거라|려)면$/
/** Nouns that end like one. */
const NOUN =
  /(?:^|[^이니거])라면$|(?:냉|쫄|밀|비빔|짜장|자장|우동|생|화)면$|^(?:반|측|정|표|수|장|단|평|이|전)면$/
/** After a condition: 좋겠어요, 좋을 텐데, 좋지 않을까, 완벽할 듯, 싶어요. */
const WISHED = /^(?:좋겠|좋을|좋았을|좋지|완벽(?:하겠|할|했을)|바라|싶)/
const WISHED_AT_ONCE = /면(?:은|더)?(?:좋겠|좋을|좋았을)/
/** "가면 좋을 듯" advises guests what to do, and wishes nothing of the place. */
const GUESTS_DO = new Set('가 오 먹 마시 드시 들르 방문 앉 찍 시키 주문 이용 즐기 찾'.split(' '))
/** "번창하시길 바랍니다", but not "골목길 바라보며". */
const HOPED = /(?:기를|[가-힣]길)$/
const HOPES = /^(?:바라(?!보|봐|본|볼)|바랍|바람|희망)/
/** "완벽했을텐데" */
const WOULD = /텐데/

/** The final consonant of 았, 었 and 했, as it decomposes. */
const FINAL_SS = '\u11BB'

/** Denies the word after it. */
const DENIES_NEXT = /^(?:안|못|덜|not|no|never|without)$|n't$/
/** Denies the word before it: 달지 않고, 주차장이 없어요, 무료가 아니고; "여기밖에 없어요" denies nothing. */
const DENIES_LAST = /^(?:않|없|아니|아닌|아닙|아녜)/
const ONLY = /밖에$/
/** The same after "지": 넓지 못해서. */
const CANNOT = /^못/
const DENIABLE = /지[는도가를만]?$|진$/
/** "주차는 안 돼요", "주차 못해요": such a verb says nothing, what is denied is the noun before it. */
const LIGHT_VERB = /^(?:하|해|했|합|되|돼|된|될|됨|됩)/
const DENIED_LIGHT_VERB = /^[안못](?:하|해|했|합|되|돼|된|될|됨|됩)/

/** "커피는 맛있는데", "빵이 맛있어요": what comes next is said apart from it. */
const FINISHED = /[요다죠음]$/
const CONNECTIVE = /(?:^|[^하])고$|구$|지만$|데$|며$|면서$|[아어여]서$|^서$|니까?$|으나$/

/** "맛은 있는데 비추", "파스타는 추천 피자는 비추": what a verdict turns down begins after it. */
const TURNS = /지만$|데$|으나$/
const RECOMMENDS = /^(?:추천|강추|굿|최고|존맛)/
/** "공간은 예쁘고 케익은 별로": so does what it finds bad; but "넓고 쾌적한 곳을 찾는 분께는 비추". */
const LISTS = /(?:^|[^하])고$|구$|며$|면서$/
/** "예쁨", "맛있음" */
const NOMINAL = /[ㅁ음]$/
/** "비추하는 쿠키", "별로인 커피" */
const MODIFIES = /[는인한의]$/

/** Whether what comes after this word is said of something else: "친절하고 커피도". */
export function endsClaim(word: ClauseWord): boolean {
  return CONNECTIVE.test(word.ending) || isCondition(word)
}

/** A claim a word, in their order. O(words). */
export function claimsOf(words: readonly ClauseWord[]): Claim[] {
  const isSaid = words.map(() => true)
  const deniedBy = words.map((): number[] => [])
  /** Where the part of the clause begins that a wish takes back. */
  let from = 0
  const takeBack = (to: number) => isSaid.fill(false, from, to + 1)
  const deny = (index: number, by: number) => deniedBy[index]?.push(by)

  words.forEach((word, index) => {
    const { form, stem, ending } = word
    const before = words[index - 1]?.form ?? ''
    const next = words[index + 1]?.form ?? ''
    if (WISHED_AT_ONCE.test(form)) takeBack(index)
    else if (isCondition(word)) {
      isSaid[index] = false
      if (isUnreal(form) || (WISHED.test(next) && !GUESTS_DO.has(stem))) takeBack(index + 1)
    } else if (HOPED.test(form) && HOPES.test(next)) takeBack(index + 1)
    else if (WOULD.test(form))
      isSaid.fill(false, form.startsWith('텐데') ? Math.max(0, index - 1) : index, index + 1)

    if ((DENIES_LAST.test(form) && !ONLY.test(before)) || DENIED_LIGHT_VERB.test(form)) deny(index - 1, index)
    else if (CANNOT.test(form) && DENIABLE.test(before)) deny(index - 1, index)
    else if (DENIES_NEXT.test(form)) {
      deny(index + 1, index)
      if (LIGHT_VERB.test(next)) deny(index - 1, index)
    }
    if (endsClaim(word) || (ending !== '' && FINISHED.test(ending))) from = index + 1
  })
  for (const { from: first, to } of turnedDown(words)) {
    const complaints: number[] = []
    for (let index = first; index <= to; index++) {
      if (denies(words[index].stem) || complains(words[index].stem)) complaints.push(index)
    }
    // With nothing that says so, no phrase of it is a complaint.
    for (let index = first; index <= to; index++) deniedBy[index] = complaints.length > 0 ? complaints : [-1]
  }
  return words.map((_, index) => ({ isSaid: isSaid[index], deniedBy: deniedBy[index] }))
}

/** The stretches that verdicts turn down, themselves included, first to last. */
function turnedDown(words: readonly ClauseWord[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  const begins = { advice: 0, quality: 0 }
  words.forEach(({ form, ending, verdict }, index) => {
    if (verdict !== undefined) {
      const modifies = MODIFIES.test(form) && index + 1 < words.length
      found.push({ from: begins[verdict], to: modifies ? index + 1 : index })
    }
    const isFinished = ending !== '' && (FINISHED.test(ending) || NOMINAL.test(ending))
    const recommends = RECOMMENDS.test(form) && verdict === undefined
    if (isFinished || recommends || TURNS.test(form)) begins.advice = begins.quality = index + 1
    else if (LISTS.test(ending)) begins.quality = index + 1
  })
  return found
}

function isCondition({ form, ending }: ClauseWord): boolean {
  return !NOUN.test(form) && (CONDITION.test(form) || ending.endsWith('면'))
}

/** "있었으면", "근처였으면": it is not so, and neither is what would come of it. */
function isUnreal(form: string): boolean {
  return (
    form.endsWith('으면') && form.at(-3) !== '있' && form.at(-3)?.normalize('NFD').endsWith(FINAL_SS) === true
  )
}
