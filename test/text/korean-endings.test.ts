// Which stems a Korean word may have: the candidates among which a corpus or a vocabulary chooses.
import { assert, property, stringMatching } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stemCandidates } from '../../src/text/korean-endings.ts'

const stems = (word: string) => stemCandidates(word).map(({ stem }) => stem)

describe('the stems of a Korean word', () => {
  it('are the word without its particle', () => {
    expect(stems('분위기도')).toContain('분위기')
    expect(stems('성수동에서는')).toContain('성수동')
    expect(stems('노트북으로')).toContain('노트북')
    expect(stems('사장님들이')).toContain('사장님')
  })

  it.each([
    ['맛있었어요', '맛있'],
    ['좋아요', '좋'],
    ['좋앙', '좋'],
    ['넓은', '넓'],
    ['친절해요', '친절'],
    ['친절하셨어요', '친절'],
    ['친절하심', '친절'],
    ['조용한', '조용'],
    ['예뻐요', '예쁘'],
    ['귀여워요', '귀엽'],
    ['아쉬운', '아쉽'],
    ['커서', '크'],
    ['기다려서', '기다리'],
    ['맛나용', '맛나'],
    ['진하고', '진하'],
    ['추천합니다', '추천'],
  ])('are the verb of %s: %s', (word, stem) => {
    expect(stems(word)).toContain(stem)
  })

  it('keep what was taken off', () => {
    expect(stemCandidates('커피도')).toContainEqual({ stem: '커피', ending: '도' })
    expect(stemCandidates('예쁜')).toContainEqual({ stem: '예쁘', ending: 'ㄴ' })
  })

  it('begin with the word itself, never are empty, and words of other scripts have no others', () => {
    const word = stringMatching(/^[가-힣]{1,6}$/)
    assert(
      property(word, (text) => {
        const found = stemCandidates(text)
        expect(found[0]).toEqual({ stem: text, ending: '' })
        expect(found.every(({ stem }) => /^[가-힣]+$/.test(stem))).toBe(true)
      }),
    )
    expect(stems('coffee')).toEqual(['coffee'])
  })
})
