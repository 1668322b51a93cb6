// Particles by the sound of what they follow.
import { describe, expect, it } from 'vitest'
import { particleAfter, particlesAfter, withParticle } from '../../src/text/particles.ts'

describe('a particle', () => {
  it('follows the last sound of a Korean name', () => {
    expect(withParticle('카페', '은/는')).toBe('카페는')
    expect(withParticle('식당', '은/는')).toBe('식당은')
    expect(withParticle('올레시장', '이라/라')).toBe('올레시장이라')
    expect(withParticle('서울', '으로/로')).toBe('서울로')
    expect(withParticle('강남', '으로/로')).toBe('강남으로')
    expect(withParticle('국밥', '이에요/예요')).toBe('국밥이에요')
  })

  it('does not read out brackets and quotes at the end', () => {
    expect(withParticle('성산일출봉(UNESCO 세계자연유산)', '은/는')).toBe('성산일출봉(UNESCO 세계자연유산)은')
    expect(withParticle('돌담집 [본점]', '을/를')).toBe('돌담집 [본점]을')
    expect(withParticle('‘바다식당’', '와/과')).toBe('‘바다식당’과')
    expect(withParticle('만장굴 (1코스', '이/가')).toBe('만장굴 (1코스이')
    // Nothing stands before it.
    expect(withParticle('(주)카페', '은/는')).toBe('(주)카페는')
    expect(withParticle('(식당)', '은/는')).toBe('(식당)은')
  })

  it('follows Latin letters and digits as Koreans read them', () => {
    const closed = ['Hotel', 'Room', 'Moon', 'Book', 'Lab', 'KING', '카페 3', '카페 10']
    const silentE = ['Blue Bottle', 'Table', 'Smile', 'Wine', 'Stone', 'Home', 'TWOSOME', 'Anne']
    const open = ['Cafe', 'Bus', 'Mart', 'Street', 'Cake', 'Acme', 'Le', '카페 2', '카페 5']
    for (const name of [...closed, ...silentE])
      expect([name, particleAfter(name, '은/는')]).toEqual([name, '은'])
    for (const name of open) expect([name, particleAfter(name, '은/는')]).toEqual([name, '는'])
    expect(particleAfter('Hotel', '으로/로')).toBe('로')
    expect(particleAfter('Blue Bottle', '으로/로')).toBe('로')
    expect(particleAfter('Wine', '으로/로')).toBe('으로')
    expect(particleAfter('카페 1', '으로/로')).toBe('로')
  })

  it('is the open one after what has no sound', () => {
    expect(particleAfter('', '이/가')).toBe('가')
    expect(particleAfter('★', '이/가')).toBe('가')
  })

  it('fits the noun that it is taken off', () => {
    expect(particlesAfter('메뉴')).toContain('가')
    expect(particlesAfter('메뉴')).not.toContain('이')
    expect(particlesAfter('빵')).toContain('을')
    expect(particlesAfter('빵')).not.toContain('를')
    expect(particlesAfter('빵')).toContain('으로')
    expect(particlesAfter('호텔')).toEqual(expect.arrayContaining(['이', '을', '로']))
    expect(particlesAfter('호텔')).not.toContain('으로')
  })
})
