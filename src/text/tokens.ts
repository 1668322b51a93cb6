// How many tokens a text will have, before a provider counts them. Leaves counting to providers.
import { normalizeText } from './words.ts'

/**
 * Tokens a UTF-16 unit, by kind of letter: multilingual vocabularies hold whole English words, and of Korean one to two
 * syllables. Measured with the tokens that multilingual-e5-small counted for the Jeju places.
 */
const TOKENS_PER_UNIT = { dense: 0.6, other: 0.3 } as const

const DENSE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu

/** An estimate for plans and costs, some tenth off. */
export function estimateTokens(text: string): number {
  const plain = normalizeText(text)
  const dense = plain.match(DENSE)?.length ?? 0
  return Math.ceil(dense * TOKENS_PER_UNIT.dense + (plain.length - dense) * TOKENS_PER_UNIT.other)
}
