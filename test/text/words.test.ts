import { describe, expect, it } from 'vitest'
import { gramsOf, isDense, wordsOf } from '../../src/text/words.ts'

describe('words', () => {
  it('are runs of letters and digits in lower case', () => {
    expect(wordsOf("Joe's Café, GS25 & 7-Eleven")).toEqual(['joe', 's', 'café', 'gs25', '7', 'eleven'])
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

describe('grams', () => {
  it('are all substrings of their size', () => {
    expect(gramsOf('성수동', 2)).toEqual(['성수', '수동'])
    expect(gramsOf('성수동', 3)).toEqual(['성수동'])
    expect(gramsOf('성', 2)).toEqual([])
  })
})
