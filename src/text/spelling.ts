// How near two spellings are: by jamo for slips of the finger, by consonants for names heard in another script.
// Leaves which words to compare to whoever has them.
import { convertQwertyToHangul, disassemble, romanize } from 'es-hangul'
import { distance } from 'fastest-levenshtein'
import { normalizeText } from './words.ts'

/** A key's length in jamo or letters from which one slip is forgiven, and from which two are. */
const ONE_SLIP = 4
const TWO_SLIPS = 9

/** Whether `word` may be a mistyped `known`: one slip by jamo ("카패", "카페"), two in long words. */
export function isTypo(word: string, known: string): boolean {
  return isSlip(disassemble(word), disassemble(known))
}

/** The one of `known` that a word may be a mistyped form of, undefined where there are none or several; O(known). */
export function createTypoFinder(known: Iterable<string>): (word: string) => string | undefined {
  const letters = [...known].map((word) => [word, disassemble(word)] as const)
  return (word) => {
    const typed = disassemble(word)
    const found = letters.filter(([, other]) => isSlip(typed, other))
    return found.length === 1 ? found[0][0] : undefined
  }
}

function isSlip(a: string, b: string): boolean {
  const forgiven = b.length >= TWO_SLIPS ? 2 : b.length >= ONE_SLIP ? 1 : 0
  return a !== b && Math.abs(a.length - b.length) <= forgiven && distance(a, b) <= forgiven
}

/**
 * Korean words of three syllables or more that `word` may be a mistyped form of: each syllable with another first consonant,
 * vowel or last consonant ("떡볶기": "떡볶이"). Some 65 a syllable; of shorter words too many are words themselves.
 */
export function* slipsOf(word: string): Generator<string> {
  if (!/^[가-힣]{3,8}$/.test(word)) return
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at) - FIRST_SYLLABLE
    for (const { count, step } of SYLLABLE_PARTS) {
      const own = Math.floor(code / step) % count
      for (let other = 0; other < count; other++) {
        if (other === own) continue
        const syllable = String.fromCharCode(FIRST_SYLLABLE + code + (other - own) * step)
        yield word.slice(0, at) + syllable + word.slice(at + 1)
      }
    }
  }
}

const FIRST_SYLLABLE = 0xac00
/** First consonants, vowels and last consonants as Unicode counts them (chapter 3.12). */
const SYLLABLE_PARTS = [
  { count: 19, step: 21 * 28 },
  { count: 21, step: 28 },
  { count: 28, step: 1 },
] as const

/** What Latin letters are in Hangul on the keys of a Korean keyboard: "zkvp" → "카페"; the word itself where they are none. */
export function typedInHangul(word: string): string {
  try {
    return convertQwertyToHangul(word)
  } catch {
    // The library fails on vowels that make no syllable: "horse".
    return word
  }
}

/** Latin letters of a name as it is read: "성수동" → "seongsudong". */
export function romanized(text: string): string {
  // Only whole syllables: the library fails on other letters.
  return normalizeText(text.normalize('NFC').replaceAll(/[가-힣]+/g, (hangul) => romanize(hangul)))
}

/** Shorter skeletons are those of too many words. */
const MIN_SKELETON = 3

/**
 * The consonants of a word as both scripts hear them: "스타벅스" and "starbucks" are both "stpks". Undefined where there are
 * too few to tell. A table of sounds of Hangul and of English spelling, coarse on purpose: whoever uses it looks further.
 */
export function soundSkeleton(word: string): string | undefined {
  const sounds = consonantsOf(word)
  return sounds.length >= MIN_SKELETON ? sounds : undefined
}

/** The same however short; '' for words that are read in no Latin letters. */
export function consonantsOf(word: string): string {
  const letters = LATIN.test(word) ? word : romanized(word)
  if (!LATIN.test(letters)) return ''
  return letters.replaceAll(SPELLED, soundOf).replaceAll(/(.)\1+/g, '$1')
}

/**
 * Letters as both scripts hear them, vowels included: "블루보틀" and "bluebottle" are both "plupotl". Coarse: ㅡ and a last e
 * are not heard, 어 is o, 애 is e.
 */
export function heardLetters(word: string): string {
  const letters = romanized(word).replace(/e$/, '')
  return letters
    .replaceAll(/[aeiouwy]+/g, vowelsOf)
    .replaceAll(/(.)\1+/g, '$1')
    .replaceAll(/sch|sh|ch|ph|th|ck|[bcdfgjqrvxz]/g, (spelled, at: number, all: string) => {
      return spelled === 'r' ? 'l' : soundOf(spelled, at, all)
    })
    .replaceAll(/(.)\1+/g, '$1')
}

function vowelsOf(spelled: string): string {
  return spelled.replaceAll('w', '').replaceAll(VOWELS, (vowel) => HEARD_VOWELS.get(vowel) ?? vowel)
}

const HEARD_VOWELS = new Map([
  ...['eo', 'au'].map((vowel) => [vowel, 'o'] as const),
  ...['ae', 'yeo'].map((vowel) => [vowel, 'e'] as const),
  ...['ee', 'ea', 'ie', 'y'].map((vowel) => [vowel, 'i'] as const),
  ...['oo', 'ou', 'ue'].map((vowel) => [vowel, 'u'] as const),
  ['eu', ''],
])
const VOWELS = /yeo|eo|au|ae|ee|ea|ie|oo|ou|ue|eu|y/g

const LATIN = /^[a-z0-9]+$/
const SPELLED = /sch|sh|ch|ph|th|ck|[abcdefghijoqruvwxyz]/g

/** Vowels, w and h are not heard, nor is r at the end of a syllable, as in English; l and r are one letter. */
function soundOf(spelled: string, at: number, word: string): string {
  const next = word[at + spelled.length] ?? ''
  switch (spelled) {
    case 'c':
      return 'eiy'.includes(next) && next !== '' ? 's' : 'k'
    case 'r':
      return 'aeiouy'.includes(next) && next !== '' ? 'l' : ''
    default:
      return SOUNDS.get(spelled) ?? ''
  }
}

const SOUNDS = new Map([
  ...['sch', 'sh', 'ch', 'j', 'z'].map((spelled) => [spelled, 'c'] as const),
  ...['ph', 'f', 'v', 'b'].map((spelled) => [spelled, 'p'] as const),
  ...['ck', 'q', 'g'].map((spelled) => [spelled, 'k'] as const),
  ['th', 's'],
  ['d', 't'],
  ['x', 'ks'],
])
