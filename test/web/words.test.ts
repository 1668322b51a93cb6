import { afterEach, describe, expect, it } from 'vitest'
import { ERRORS } from '../../src/errors.ts'
import { formatDistance, formatHours, formatPrice, withTagsWhole } from '../../src/web/format.ts'
import { problemTexts } from '../../src/web/problem-texts.ts'
import { setLocale, t, TEXT_KEYS } from '../../src/web/texts.ts'

afterEach(() => setLocale('ko'))

describe('the words of the page', () => {
  it('have the same placeholders in both languages', () => {
    const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
    for (const key of TEXT_KEYS) {
      setLocale('ko')
      const korean = placeholders(t(key))
      setLocale('en')
      expect([key, ...placeholders(t(key))]).toEqual([key, ...korean])
    }
  })

  it('tell problems in Korean on the Korean page alone', () => {
    const codes = Object.keys(ERRORS).filter((code) => problemTexts(code) !== undefined)
    expect(codes).toEqual(
      expect.arrayContaining(['invalid-request', 'not-ready', 'rate-limited', 'internal']),
    )
    for (const code of codes) expect(problemTexts(code)!.title).toMatch(/[가-힣]/)
    setLocale('en')
    expect(problemTexts('not-ready')).toBeUndefined()
  })

  it('keep a "#" with its tag, where a line ends', () => {
    expect(withTagsWhole('비슷해요 · #조용한 # 1')).toBe('비슷해요 · #\u2060조용한 # 1')
  })

  it('fill in values, as they are', () => {
    expect(t('hidden', { name: '$& {name}' })).toBe('‘$& {name}’ 숨김')
  })

  it.for([
    [0, '10 m'],
    [4, '10 m'],
    [347, '350 m'],
    [994, '990 m'],
    [996, '1 km'],
    [1249, '1.2 km'],
    [14_300, '14 km'],
  ] as const)('say %d metres as %s', ([meters, words]) => {
    expect(formatDistance(meters)).toBe(words)
  })

  it('say opening hours in Korean days, a rule a line, and leave what they do not know', () => {
    expect(formatHours('Mo-Fr 09:00-18:00; Sa 10:00-15:00; Su off')).toBe(
      '월-금 09:00-18:00\n토 10:00-15:00\n일 휴무',
    )
    expect(formatHours('Mo-Su 10:00-22:00')).toBe('매일 10:00-22:00')
    expect(formatHours('sunrise-sunset')).toBe('sunrise-sunset')
    setLocale('en')
    expect(formatHours('Mo-Su 10:00-22:00; PH off')).toBe('Daily 10:00-22:00\nPH off')
  })

  it('have a word for every price level and none beyond', () => {
    expect([1, 2, 3, 4].map(formatPrice).filter((word) => word !== '')).toHaveLength(4)
    expect(formatPrice(5)).toBe('')
  })
})
