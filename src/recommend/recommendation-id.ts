// The id of an answer, which also says what was drawn for it: clients send it back with impressions and clicks, and so the
// event log alone tells the bandits what they did. Leaves learning from it to bandits.ts.
import { Buffer } from 'node:buffer'
import type { Source } from './candidates/candidate.ts'

/**
 * Who put the first card where it is: the ranker, or LinUCB for the best of one source. Ids that are out there hold the
 * index: append, and never move one.
 */
export const FIRST_CARD_ARMS = [
  'ranker',
  'popular',
  'nearest',
  'taste',
  'similar',
  'text',
] as const satisfies readonly ('ranker' | Source)[]

export type FirstCardArm = (typeof FIRST_CARD_ARMS)[number]

/** How much is known of who asked. */
export const HISTORIES = ['stranger', 'thin', 'rich'] as const
export type History = (typeof HISTORIES)[number]

export interface Decision {
  readonly firstCard: FirstCardArm
  /** Whether a cold place was put at COLD_POSITION. */
  readonly cold: boolean
  readonly history: History
  /** In the evening or at night, where the first place is. */
  readonly late: boolean
  readonly weekend: boolean
}

const VERSION_AT = 6
const ARM_AT = 14
const CONTEXT_AT = 15
/** A UUID's version 8 is free for the vendor's own use (RFC 9562, section 5.8). */
const VERSION = 8
/** Tells our ids from other makers' of version 8, of which one in 64 passes. */
const MARK = 0b101

/** A new id: 106 random bits, and the decision in the last two bytes. */
export function newRecommendationId(decision: Decision): string {
  const bytes = Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex')
  bytes[VERSION_AT] = (VERSION << 4) | (bytes[VERSION_AT] & 0xf)
  bytes[ARM_AT] = FIRST_CARD_ARMS.indexOf(decision.firstCard)
  bytes[CONTEXT_AT] =
    (MARK << 5) |
    (HISTORIES.indexOf(decision.history) << 3) |
    (Number(decision.cold) << 2) |
    (Number(decision.late) << 1) |
    Number(decision.weekend)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Undefined for an id that was not made here. */
export function readDecision(recommendationId: string): Decision | undefined {
  const hex = recommendationId.replaceAll('-', '')
  if (hex.length !== 32 || hex[2 * VERSION_AT] !== String(VERSION)) return undefined
  const arm = Number.parseInt(hex.slice(2 * ARM_AT, 2 * ARM_AT + 2), 16)
  const context = Number.parseInt(hex.slice(2 * CONTEXT_AT), 16)
  const firstCard = FIRST_CARD_ARMS[arm]
  const history = HISTORIES[(context >> 3) & 0b11]
  if (context >> 5 !== MARK || firstCard === undefined || history === undefined) return undefined
  return {
    firstCard,
    history,
    cold: (context & 0b100) !== 0,
    late: (context & 0b10) !== 0,
    weekend: (context & 1) !== 0,
  }
}
