// What is said about courses in Korean and English. Leaves what is true to courses.ts, descriptions to writer.ts.
import type { Locale } from '../../domain/names.ts'
import { particleAfter, withParticle } from '../../text/particles.ts'
import { lengthText } from '../reasons/reason-texts.ts'

export interface CourseTexts {
  noPlaces: string
  /** Places there are, but too few for a course. */
  tooFew(places: number): string
  /** Nothing can be stayed at in the time; `opens` is HH:MM where it would be possible later that day. */
  allClosed(places: number, opens: string | undefined): string
  /** Only so many stops fit. */
  fewerStops(asked: number, fit: number, maxMinutes: number): string
  noTime(maxMinutes: number, needed: number | undefined): string
  mustClosed(names: readonly string[], opens: string | undefined): string
  mustDoesNotFit(names: readonly string[], maxMinutes: number): string
  farStart(meters: number): string
  noReplacement(name: string): string
  /** Most of what is there is closed. */
  fewOpen(open: number, places: number): string
  /** Reasons of a stop. */
  openStay: string
  movedOn(from: string, count: number): string
  goesWith(from: string, to: string, ratio: number): string
}

const durationKo = (minutes: number) =>
  [
    minutes >= 60 ? `${Math.floor(minutes / 60)}시간` : '',
    minutes % 60 > 0 || minutes < 60 ? `${minutes % 60}분` : '',
  ]
    .filter(Boolean)
    .join(' ')
const durationEn = (minutes: number) =>
  [
    minutes >= 60 ? `${Math.floor(minutes / 60)} h` : '',
    minutes % 60 > 0 || minutes < 60 ? `${minutes % 60} min` : '',
  ]
    .filter(Boolean)
    .join(' ')

/** The particle after quoted names follows the sound of the last one, not the closing quote. */
const particle = (names: readonly string[], kind: '은/는' | '을/를') => particleAfter(names.at(-1)!, kind)
const quotedKo = (names: readonly string[]) => names.map((name) => `‘${name}’`).join(', ')
const quotedEn = (names: readonly string[]) => names.map((name) => `“${name}”`).join(', ')

export const COURSE_TEXTS: Readonly<Record<Locale, CourseTexts>> = {
  ko: {
    noPlaces: '이 조건에는 들를 만한 곳이 없어요. 지역이나 분류를 넓혀 보세요.',
    tooFew: (places) => `이 조건에는 들를 만한 곳이 ${places}곳뿐이에요.`,
    allClosed: (places, opens) =>
      `그 시간에는 들를 수 있는 곳이 없어요(${places}곳 모두 닫혀 있거나 곧 닫아요).${opens === undefined ? '' : ` ${opens}에 나서면 들를 수 있어요.`}`,
    fewerStops: (asked, fit, max) => `${durationKo(max)} 안에 ${asked}곳은 무리라 ${fit}곳을 골랐어요.`,
    noTime: (max, needed) =>
      `${durationKo(max)} 안에는 한 곳도 들를 수 없어요.${needed === undefined ? '' : ` ${durationKo(needed)}이면 한 곳을 들를 수 있어요.`}`,
    mustClosed: (names, opens) =>
      `${quotedKo(names)}${particle(names, '은/는')} 그 시간에 닫혀 있어요.${opens === undefined ? '' : ` ${opens}에 나서면 들를 수 있어요.`}`,
    mustDoesNotFit: (names, max) =>
      `${quotedKo(names)}${particle(names, '을/를')} 모두 들르기에는 ${durationKo(max)}이 모자라요.`,
    farStart: (meters) =>
      `출발하는 곳에서 가장 가까운 곳도 ${lengthText(meters)} 떨어져 있어, 첫 번째 곳에서 시작하는 코스예요.`,
    fewOpen: (open, places) => `그 시간에는 ${places}곳 가운데 ${open}곳만 열려 있어, 그 가운데에서 짰어요.`,
    openStay: '머무는 동안 영업해요',
    movedOn: (from, count) => `‘${from}’에 이어 여기로 온 일이 ${count}번 있어요`,
    goesWith: (from, to, ratio) =>
      `${from} 다음에 ${withParticle(to, '을/를')} 찾는 일이 보통의 ${ratio.toFixed(1)}배예요`,
    noReplacement: (name) => `‘${name}’${particle([name], '을/를')} 대신할 만한 곳이 없어요.`,
  },
  en: {
    noPlaces: 'No place to stop at matches. Try a wider area or other categories.',
    tooFew: (places) =>
      `Only ${places} ${places === 1 ? 'place' : 'places'} to stop at ${places === 1 ? 'matches' : 'match'}.`,
    allClosed: (places, opens) =>
      `Nothing can be visited at that time: all ${places} places are closed or close soon.${opens === undefined ? '' : ` Setting out at ${opens} would do.`}`,
    fewerStops: (asked, fit, max) =>
      `${asked} stops do not fit into ${durationEn(max)}, so there are ${fit}.`,
    noTime: (max, needed) =>
      `Not even one stop fits into ${durationEn(max)}.${needed === undefined ? '' : ` ${durationEn(needed)} would do for one.`}`,
    mustClosed: (names, opens) =>
      `${quotedEn(names)} ${names.length === 1 ? 'is' : 'are'} closed at that time.${opens === undefined ? '' : ` Setting out at ${opens} would do.`}`,
    mustDoesNotFit: (names, max) => `${durationEn(max)} is too short for ${quotedEn(names)}.`,
    farStart: (meters) =>
      `The nearest place is ${lengthText(meters)} from the start, so the course begins at its first stop.`,
    fewOpen: (open, places) =>
      `Only ${open} of ${places} places are open at that time; the course keeps to them.`,
    openStay: 'Open during the stay',
    movedOn: (from, count) => `People went on here from “${from}” ${count} times`,
    goesWith: (from, to, ratio) =>
      `After ${from} people choose ${to} ${ratio.toFixed(1)} times as often as usual`,
    noReplacement: (name) => `Nothing can stand in for “${name}”.`,
  },
}
