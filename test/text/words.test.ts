import { describe, expect, it } from 'vitest'
import { gramsOf, isDense, quoteWord, withoutLastBrackets, wordsOf } from '../../src/text/words.ts'

describe('words', () => {
  it('are runs of letters and digits in lower case', () => {
    expect(wordsOf("Joe's Café, GS25 & 7-Eleven")).toEqual(['joe', 's', 'cafe', 'gs25', '7', 'eleven'])
  })

  it('lose the accents of Latin letters and keep the marks of other scripts', () => {
    expect(wordsOf('CAFÉ Crème Brûlée Łódź')).toEqual(['cafe', 'creme', 'brulee', 'łodz'])
    expect(wordsOf('Café'.normalize('NFD'))).toEqual(['cafe'])
    expect(wordsOf('ガラス がっこう'.normalize('NFD'))).toEqual(['ガラス', 'がっこう'])
    expect(wordsOf('각 꽃 뷁'.normalize('NFD'))).toEqual(['각', '꽃', '뷁'])
    expect(wordsOf('हिन्दी')).toEqual(['हिन्दी'])
  })

  it('are quoted as they stand in a text', () => {
    expect(quoteWord('Le Café d’Or', 'cafe')).toBe('Café')
    expect(quoteWord('Le Café', 'cafe')).toBe('Café')
    expect(quoteWord('ＧＳ２５ 강남점'.normalize('NFD'), '강남')).toBe('강남')
    expect(quoteWord('㎏ Straße', 'straße')).toBe('Straße')
    expect(quoteWord('Le Café', 'bar')).toBeUndefined()
  })

  it('end where the script changes', () => {
    expect(wordsOf('BTS카페 3호점')).toEqual(['bts', '카페', '3', '호점'])
  })

  it('read composed and decomposed Hangul, half and full width alike', () => {
    expect(wordsOf('카페'.normalize('NFD'))).toEqual(['카페'])
    expect(wordsOf('ｶﾌｪ ＢＡＲ')).toEqual(['カフェ', 'bar'])
  })

  it('are none in punctuation', () => {
    expect(wordsOf('★ !? —')).toEqual([])
  })

  it('are dense in Korean, Chinese and Japanese', () => {
    expect(['카페', '茶', 'カフェー', 'cafe', '7'].map(isDense)).toEqual([true, true, true, false, false])
  })
})

describe('a name', () => {
  it.each([
    ['성산일출봉(UNESCO 세계자연유산)', '성산일출봉'],
    ['돌담집 [본점]', '돌담집'],
    ['도담 〈2호점〉', '도담'],
    ['만장굴 (1코스', '만장굴'],
    ['(주)카페', '(주)카페'],
    ['(식당)', '(식당)'],
    ['카페 (구) 도담', '카페 (구) 도담'],
  ])('%s is %s without its last brackets', (name, whole) => {
    expect(withoutLastBrackets(name)).toBe(whole)
  })
})

describe('grams', () => {
  it('are all substrings of their size', () => {
    expect(gramsOf('성수동', 2)).toEqual(['성수', '수동'])
    expect(gramsOf('성수동', 3)).toEqual(['성수동'])
    expect(gramsOf('성', 2)).toEqual([])
  })
})
