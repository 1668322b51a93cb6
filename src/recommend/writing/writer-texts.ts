// Descriptions by template, in Korean and English: what is said where no language model is, or where it said too much.
// Leaves what is known to evidence.ts and course-evidence.ts.
import type { Locale } from '../../domain/names.ts'
import { withParticle } from '../../text/particles.ts'
import type { CourseEvidence } from './course-evidence.ts'
import type { PlaceEvidence } from './evidence.ts'
import { lengthText } from '../reasons/reason-texts.ts'

export interface WriterTexts {
  /** `quote` is set in quotation marks. */
  place(evidence: PlaceEvidence): string
  course(evidence: CourseEvidence): string
}

const MAX_FACTS = 3

const duration = {
  ko: (minutes: number) => {
    const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)]
    return [hours > 0 ? `${hours}시간` : '', rest > 0 || hours === 0 ? `${rest}분` : '']
      .filter(Boolean)
      .join(' ')
  },
  en: (minutes: number) => {
    const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)]
    return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
      .filter(Boolean)
      .join(' ')
  },
}

const way = {
  ko: { walk: '걸어서', drive: '차로', transit: '대중교통으로' },
  en: { walk: 'on foot', drive: 'by car', transit: 'by public transport' },
} as const

const an = (word: string) => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`

export const WRITER_TEXTS: Readonly<Record<Locale, WriterTexts>> = {
  ko: {
    place({ name, category, area, facts, quote }) {
      const kind = category ?? '곳'
      const where = area === undefined ? '' : `${area}에 있는 `
      return [
        `${withParticle(name, '은/는')} ${where}${withParticle(kind, '이에요/예요')}.`,
        facts.length === 0 ? '' : `${facts.slice(0, MAX_FACTS).join(', ')}.`,
        quote === undefined ? '' : `“${quote.text}”라는 후기가 있어요.`,
      ]
        .filter(Boolean)
        .join(' ')
    },
    course({ stops, legs, totalMinutes }) {
      const names = stops.map(({ name, category }) =>
        category === undefined ? name : `${name}(${category})`,
      )
      const path = names.flatMap((stop, index) => {
        const leg = legs[index - 1]
        return leg === undefined
          ? [stop]
          : [`${way.ko[leg.by]} ${duration.ko(leg.minutes)}(${lengthText(leg.meters)})`, stop]
      })
      const total = totalMinutes === undefined ? '' : ` 모두 ${duration.ko(totalMinutes)} 걸려요.`
      return `${stops.length}곳을 차례로 들르는 코스예요: ${path.join(' → ')}.${total}`
    },
  },
  en: {
    place({ name, category, area, facts, quote }) {
      const where = area === undefined ? '' : ` in ${area}`
      return [
        `${name} is ${an(category?.toLowerCase() ?? 'place')}${where}.`,
        facts.length === 0 ? '' : `${capital(facts.slice(0, MAX_FACTS).join(', '))}.`,
        quote === undefined ? '' : `A review says “${quote.text}”.`,
      ]
        .filter(Boolean)
        .join(' ')
    },
    course({ stops, legs, totalMinutes }) {
      const names = stops.map(({ name, category }) =>
        category === undefined ? name : `${name} (${category})`,
      )
      const path = names.flatMap((stop, index) => {
        const leg = legs[index - 1]
        return leg === undefined
          ? [stop]
          : [`${duration.en(leg.minutes)} ${way.en[leg.by]} (${lengthText(leg.meters)})`, stop]
      })
      const total = totalMinutes === undefined ? '' : ` It takes ${duration.en(totalMinutes)} in all.`
      return `A course of ${stops.length} ${stops.length === 1 ? 'stop' : 'stops'}: ${path.join(' → ')}.${total}`
    },
  },
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
