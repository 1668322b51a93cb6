// Which words of a request a line of a review has to hold.
import { describe, expect, it } from 'vitest'
import { tellingStems } from '../../src/text/telling-words.ts'

describe('telling words', () => {
  it('are those that not every place has', () => {
    expect(tellingStems('콘센트 많은 카페')).toContain('콘센트')
    for (const word of ['많은', '카페']) expect(tellingStems('콘센트 많은 카페')).not.toContain(word)
    expect(tellingStems('조용한 테라스')).toEqual(expect.arrayContaining(['조용', '테라스']))
  })

  it('join and deny nothing', () => {
    expect(tellingStems('pub without music not near the station for kids')).toEqual([
      'station',
      'music',
      'kids',
      'pub',
    ])
    for (const word of ['말고', '빼고', '없이'])
      expect(tellingStems(`국밥 ${word} 파스타`)).not.toContain(word)
  })

  it('are none where anything would do', () => {
    for (const words of ['좋은 곳', '갈 만한 곳', '괜찮은 데 많은 동네', '']) {
      expect([words, tellingStems(words)]).toEqual([words, []])
    }
  })
})
