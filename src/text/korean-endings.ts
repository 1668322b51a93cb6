// Korean words without their particles and verb endings: which stems a word may have.
// Leaves choosing among them to whoever knows which stems exist: "최고" is a word, "커피고" is not.

/** Particles, and endings that follow a whole syllable; longest first is not needed, all that fit are tried. */
const ENDINGS = [
  // particles
  ...'이 가 은 는 을 를 도 만 에 의 와 과 랑 나 로 요'.split(' '),
  ...'이랑 이나 으로 에서 에게 한테 까지 부터 보다 처럼 마다 밖에 조차 이라 라서 이라서 이라도 이고 이며'.split(
    ' ',
  ),
  ...'에는 에도 에서는 에서도 으로도 에서의 으로는 이에요 예요 이예요 입니다 이다 인데 이네요 네요 이였어요 였어요'.split(
    ' ',
  ),
  ...'이었어요 하고 들 들이 들도 들은 들을 님 님이 님도 님들이 이라고 라고 이지만 지만'.split(' '),
  // verb endings after a consonant, or after any syllable
  ...'고 고요 구 구요 며 면서 지 지만 지는 게 기 기도 기에 기엔 거나 네 네요 네여 던 던데 더라 더라구요'.split(
    ' ',
  ),
  ...'는 는데 는데요 다 다고 습니다 습니당 습니다만 죠 지요 나요 군요 자 자마자 도록 어야 아야'.split(' '),
  ...'아 아요 아서 아도 았 았다 았어요 았습니다 았는데 았고 았음 았던 앗어요 어 어요 어서 어도'.split(' '),
  ...'었 었다 었어요 었습니다 었는데 었고 었음 었던 었지만 았지만 여 여요 은데 은데요 은듯 음 음요'.split(
    ' ',
  ),
  ...'을 을까 을듯 을만한 을수록 으면 으니 으니까 으나 으며 으셔서 으시고 으세요 으셔요 아여 어여 아욤 어욤'.split(
    ' ',
  ),
  // after a stem that ends in a vowel, also one that took in 아/어 ("친절해", "예뻐")
  ...'서 도 야 면 니 니까 세요 셔서 시고 시네요 시다 십니다 셨어요 시구 신 실 시는 시며 시지만 셔요 셔 시면'.split(
    ' ',
  ),
] as const

/** Endings that begin in the last syllable of the stem: its final consonant, then whole syllables. */
const FINAL_ENDINGS: readonly (readonly [final: string, rest: readonly string[]])[] = [
  ['ㄴ', ['', '데', '데요', '다', '듯', '지', '가', '가요', '편']],
  ['ㄹ', ['', '까', '듯', '만한', '수록', '게요', '께요', '정도']],
  ['ㅁ', ['', '요', '다']],
  ['ㅂ', ['니다', '니당', '니다만', '니까', '니다요']],
  [
    'ㅆ',
    [
      '다',
      '어요',
      '습니다',
      '는데',
      '고',
      '어',
      '음',
      '던',
      '지만',
      '네요',
      '으면',
      '으나',
      '었다',
      '네',
      '죠',
    ],
  ],
]

const HANGUL_WORD = /^[가-힣]+$/
const FIRST = 0xac00
const FINALS = [...'_ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ']
const FINAL_COUNT = FINALS.length
const VOWEL_COUNT = 21
/** Vowels (as indexes) that a stem takes on before 아/어, and what it had: 예뻐 → 예쁘, 내려 → 내리, 와 → 오, 해 → 하. */
const CONTRACTED = new Map<number, readonly number[]>([
  [1, [0]], // ㅐ ← ㅏ (하여)
  [4, [18]], // ㅓ ← ㅡ
  [6, [20]], // ㅕ ← ㅣ
  [9, [8]], // ㅘ ← ㅗ
  [14, [13]], // ㅝ ← ㅜ
  [0, [18]], // ㅏ ← ㅡ (바빠)
])

export interface StemCandidate {
  readonly stem: string
  /** What was taken off, as it stands in the word; '' for the word itself. */
  readonly ending: string
}

/**
 * What `word` may be a form of, itself first: "분위기도" → 분위기도, 분위기; "친절해요" → 친절해요, 친절해, 친절.
 * A verb in 하 is given without it ("친절하" and "친절" are one), unless that leaves one syllable ("편하").
 * @param word as `wordsOf` gives them; words of other scripts have themselves only
 */
export function stemCandidates(word: string): StemCandidate[] {
  const found = new Map([[word, '']])
  if (!HANGUL_WORD.test(word)) return [{ stem: word, ending: '' }]
  const plain = plainSpelling(word)
  const add = (stem: string, ending: string) => {
    if (stem === '') return
    for (const form of uncontracted(stem, ending)) if (!found.has(form)) found.set(form, ending)
  }
  add(plain, '')
  for (const ending of ENDINGS) {
    if (plain.length > ending.length && plain.endsWith(ending)) add(plain.slice(0, -ending.length), ending)
  }
  for (const [final, rests] of FINAL_ENDINGS) {
    for (const rest of rests) {
      if (plain.length <= rest.length || !plain.endsWith(rest)) continue
      const stem = plain.slice(0, plain.length - rest.length)
      const open = withoutFinal(stem, final)
      if (open !== undefined) add(open, final + rest)
    }
  }
  return [...found].map(([stem, ending]) => ({ stem, ending }))
}

/** "맛있어용" → "맛있어요", "좋앙" → "좋아": an ㅇ that people put below a last vowel says nothing. */
function plainSpelling(word: string): string {
  const last = word.at(-1)!
  if ('용욥욤염'.includes(last) && word.length > 2) return `${word.slice(0, -1)}요`
  if (last === '앙' && word.length > 1) return `${word.slice(0, -1)}아`
  if (last === '엉' && word.length > 1) return `${word.slice(0, -1)}어`
  return word
}

/** The stem and what it may have been before its ending changed it, each without 하. */
function uncontracted(stem: string, ending: string): string[] {
  const forms = [stem]
  const last = syllable(stem.at(-1)!)
  const before = stem.length > 1 ? syllable(stem.at(-2)!) : undefined
  const isVerbal = /^(요|서|ㅆ)/.test(ending)
  if (last.final === 0 && (isVerbal || /^(도|야)?$/.test(ending))) {
    for (const vowel of CONTRACTED.get(last.vowel) ?? []) {
      if (last.vowel === AE && last.initial !== HIEUH) continue // 해 is 하여; 개, 내, 대 are not
      if (vowel === EU && (last.initial === SILENT || (last.vowel === A && before === undefined))) continue
      forms.push(stem.slice(0, -1) + compose(last.initial, vowel, 0))
    }
  }
  // 좋아|요 and 넓으|ㄴ: a vowel put between a final consonant and the ending is no part of the stem.
  const isLink = before !== undefined && before.final !== 0
  if (isLink && ((isVerbal && /[아어여]$/.test(stem)) || (ending !== '' && stem.endsWith('으')))) {
    return [stem.slice(0, -1)]
  }
  return forms.flatMap((form) => [form, ...beforeWoo(form)]).map(withoutHa)
}

/** 귀여우|ㄴ → 귀엽: ㅂ turns into 우 before a vowel. */
function beforeWoo(stem: string): string[] {
  if (stem.length < 2 || !stem.endsWith('우')) return []
  const last = syllable(stem.at(-2)!)
  return last.final === 0 ? [stem.slice(0, -2) + compose(last.initial, last.vowel, BIEUP)] : []
}

function withoutHa(stem: string): string {
  if (stem.length > 3 && stem.endsWith('하시')) return stem.slice(0, -2)
  return stem.length > 2 && stem.endsWith('하') ? stem.slice(0, -1) : stem
}

/** Of initials. */
const SILENT = 11
const HIEUH = 18
/** Of vowels. */
const A = 0
const AE = 1
const EU = 18
/** Of finals. */
const BIEUP = 17

function withoutFinal(stem: string, final: string): string | undefined {
  const last = syllable(stem.at(-1)!)
  if (FINALS[last.final] !== final) return undefined
  return stem.slice(0, -1) + compose(last.initial, last.vowel, 0)
}

function syllable(character: string): { initial: number; vowel: number; final: number } {
  const code = character.charCodeAt(0) - FIRST
  return {
    initial: Math.floor(code / (VOWEL_COUNT * FINAL_COUNT)),
    vowel: Math.floor(code / FINAL_COUNT) % VOWEL_COUNT,
    final: code % FINAL_COUNT,
  }
}

function compose(initial: number, vowel: number, final: number): string {
  return String.fromCharCode(FIRST + (initial * VOWEL_COUNT + vowel) * FINAL_COUNT + final)
}
