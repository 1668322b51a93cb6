// Korean particles, which follow the sound of what they stand after: "카페는", "식당은", "성산일출봉(UNESCO 세계자연유산)은".
// Leaves taking particles off again to korean-endings.ts.
import { withoutLastBrackets } from './words.ts'

/** After a consonant, and after a vowel. */
const PARTICLES = {
  '은/는': ['은', '는'],
  '이/가': ['이', '가'],
  '을/를': ['을', '를'],
  '와/과': ['과', '와'],
  '으로/로': ['으로', '로'],
  '이랑/랑': ['이랑', '랑'],
  '이라/라': ['이라', '라'],
  '이에요/예요': ['이에요', '예요'],
} as const

export type ParticlePair = keyof typeof PARTICLES

/** The particle after `name`, by its last letter or digit; brackets and quotes at its end are not read out. */
export function particleAfter(name: string, pair: ParticlePair): string {
  const sound = finalSound(name)
  const isOpen = sound === 'vowel' || (sound === 'ㄹ' && pair === '으로/로')
  return PARTICLES[pair][isOpen ? 1 : 0]
}

export function withParticle(name: string, pair: ParticlePair): string {
  return name + particleAfter(name, pair)
}

type Sound = 'vowel' | 'ㄹ' | 'consonant'

const AFTER_ANY = '도 에 에서 에는 에도 의 만 까지 부터'
/** Particles that nouns take, by their last sound. */
const AFTER_NOUNS: Readonly<Record<Sound, readonly string[]>> = {
  consonant: `이 을 은 과 이랑 으로 ${AFTER_ANY}`.split(' '),
  ㄹ: `이 을 은 과 이랑 로 ${AFTER_ANY}`.split(' '),
  vowel: `가 를 는 와 랑 로 ${AFTER_ANY}`.split(' '),
}

/** Those that can follow a noun of this last sound. */
export function particlesAfter(noun: string): readonly string[] {
  return AFTER_NOUNS[finalSound(noun)]
}

const LAST = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u
const HANGUL_FIRST = 0xac00
const HANGUL_LAST = 0xd7a3
const FINAL_COUNT = 28
const RIEUL = 8
/** 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구. */
const DIGITS: readonly Sound[] = [
  'consonant',
  'ㄹ',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'ㄹ',
  'ㄹ',
  'vowel',
]

function finalSound(name: string): Sound {
  const read = withoutLastBrackets(name.normalize('NFC'))
  const last = LAST.exec(read)?.[0] ?? ''
  const code = last.charCodeAt(0)
  if (code >= HANGUL_FIRST && code <= HANGUL_LAST) {
    const final = (code - HANGUL_FIRST) % FINAL_COUNT
    return final === 0 ? 'vowel' : final === RIEUL ? 'ㄹ' : 'consonant'
  }
  if (/[0-9]/.test(last)) return DIGITS[Number(last)]
  // As Koreans read it: 호텔, 테이블, 룸, 와인, 킹, and 북, 숍, 캣, 랩 after a short vowel; 버스 and 마트 add one.
  const word = /[a-z]+(?=[^\p{L}\p{N}]*$)/iu.exec(read)?.[0] ?? ''
  if (/(?:l|.le)$/i.test(word)) return 'ㄹ'
  return /(?:[mn]|[aeiou][mn]+e|ng|(?:^|[^aeiou])[aeiou][bckpt]|oo[kpt])$/i.test(word) ? 'consonant' : 'vowel'
}
