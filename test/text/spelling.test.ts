import * as fc from 'fast-check'
// How near spellings are: slips by jamo, names by sound.
import { describe, expect, it } from 'vitest'
import { isTypo, soundSkeleton, typedInHangul } from '../../src/text/spelling.ts'

describe('a slip', () => {
  it.each([
    ['카패', '카페'],
    ['성수돈', '성수동'],
    ['스타벅수', '스타벅스'],
    ['restuarant', 'restaurant'],
  ])('%s is one of %s', (word, known) => {
    expect(isTypo(word, known)).toBe(true)
  })

  it.each([
    ['카페', '카페'],
    ['전주', '전망'],
    ['바', '비'],
    ['조용한', '주차장'],
  ])('%s is none of %s', (word, known) => {
    expect(isTypo(word, known)).toBe(false)
  })
})

describe('the sound of a name', () => {
  it.each([
    ['스타벅스', 'starbucks'],
    ['투썸플레이스', 'twosomeplace'],
    ['블루보틀', 'bluebottle'],
    ['버거킹', 'burgerking'],
    ['메가커피', 'megacoffee'],
    ['도미노피자', 'dominopizza'],
    ['폴바셋', 'paulbassett'],
  ])('%s is that of %s', (hangul, latin) => {
    expect(soundSkeleton(hangul)).toBeDefined()
    expect(soundSkeleton(latin)).toBe(soundSkeleton(hangul))
  })

  it('of few consonants, or of other scripts, tells nothing', () => {
    expect(soundSkeleton('카페')).toBeUndefined()
    expect(soundSkeleton('кафе')).toBeUndefined()
  })
})

it('Latin letters are Hangul on the same keys', () => {
  expect(typedInHangul('zkvp')).toBe('카페')
  // Vowels that no syllable has together are no Hangul, and no failure.
  expect(typedInHangul('horse')).toBe('horse')
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z]{1,12}$/), (word) => {
      const typed = typedInHangul(word)
      return typed === word || /[ㄱ-ㅣ가-힣]/v.test(typed)
    }),
  )
})
