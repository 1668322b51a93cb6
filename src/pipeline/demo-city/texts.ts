// What the demo places say of themselves and what guests say of them: Korean sentences that agree with the facts.
// Leaves the sentences to kinds/ and traits.ts.
import type { Random } from '../../math/random.ts'
import { withParticle, type ParticlePair } from '../../text/particles.ts'
import { chance, integerBetween, pickSome } from './draw.ts'
import type { OpenWeek } from './hours.ts'
import type { Kind } from './kinds/kind.ts'
import { CLOSERS, OPENERS } from './remarks.ts'
import { TRAITS, type Trait } from './traits.ts'

/** What the sentences are about. */
export interface Subject {
  readonly kind: Kind
  /** Where it is, as people call it. */
  readonly area: string
  /** What one gets there, the best first. */
  readonly items: readonly string[]
  /** What goes with it; the same as `items` where nothing does. */
  readonly sides: readonly string[]
  readonly traits: readonly Trait[]
  readonly week: OpenWeek
  /** Standard normal: above 0 better than most. */
  readonly quality: number
}

const WEEKDAYS = ['월요일', '화요일', '수요일', '목요일', '금요일', '토요일', '일요일'] as const
/** Of the description: how many traits it mentions. */
const FACTS = [1, 3] as const
const REVIEWS = [2, 6] as const

export function describe(subject: Subject, random: Random): string {
  const { kind, items, traits, week } = subject
  const sentences = [fill(random.pick(kind.pitches), subject, items[0])]
  if (items.length > 1 && chance(random, 0.35)) {
    const also = random.pick(['도 많이 찾습니다.', '도 놓치지 마세요.', '도 꾸준히 사랑받아요.'])
    sentences.push(`${items[1]}${also}`)
  }
  for (const trait of pickSome(random, traits, integerBetween(random, ...FACTS))) {
    sentences.push(random.pick(TRAITS[trait].facts))
  }
  const hours = hoursSentence(week)
  if (hours !== undefined && chance(random, 0.5)) sentences.push(hours)
  return sentences.join(' ')
}

/** Two to six different lines; the better the place, the fewer complaints. */
export function review(subject: Subject, random: Random): string[] {
  const complaintShare = 0.18 - 0.09 * Math.max(-2, Math.min(1.8, subject.quality))
  const count = integerBetween(random, ...REVIEWS)
  const lines = new Map<string, string>()
  // Lines are told apart without opener and closer, so that no thought comes twice; drawing twice leaves one out.
  for (let draw = 0; draw < count || lines.size < REVIEWS[0]; draw++) {
    const isComplaint = chance(random, complaintShare)
    const line = isComplaint ? random.pick(subject.kind.complaints) : praise(subject, random)
    const opener = chance(random, 0.2) ? `${random.pick(OPENERS)} ` : ''
    const closer = !isComplaint && chance(random, 0.15) ? ` ${random.pick(CLOSERS)}` : ''
    lines.set(line, opener + line + closer)
  }
  return [...lines.values()]
}

function praise(subject: Subject, random: Random): string {
  const { kind, items, traits } = subject
  return traits.length > 0 && chance(random, 0.35)
    ? random.pick(TRAITS[random.pick(traits)].praises)
    : fill(random.pick(kind.praises), subject, random.pick(items))
}

function hoursSentence({ always, dayOff, lastHour, firstHour }: OpenWeek): string | undefined {
  if (always) return '24시간 열려 있어요.'
  if (lastHour > 24) return `새벽 ${clockWords(lastHour - 24)}까지 문을 열어요.`
  if (dayOff !== undefined) return `${WEEKDAYS[dayOff]}은 쉽니다.`
  if (firstHour <= 7) return `아침 ${clockWords(firstHour)}부터 문을 열어요.`
  return undefined
}

function clockWords(hour: number): string {
  return Number.isInteger(hour) ? `${hour}시` : `${Math.floor(hour)}시 반`
}

/** "{item:을/를}" → "소금빵을": the particle follows the last sound of what is filled in. */
function fill(template: string, { area, sides }: Subject, item: string): string {
  const values: Record<string, string> = { area, item, side: sides[0] }
  return template.replaceAll(/\{(\w+)(?::([^}]+))?\}/g, (_, slot: string, particles?: string) => {
    const value = values[slot]
    return particles === undefined ? value : withParticle(value, particles as ParticlePair)
  })
}
