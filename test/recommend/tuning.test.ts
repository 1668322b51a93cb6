// Steps and experiments: what a file may say, and who is in which arm.
import { describe, expect, it } from 'vitest'
import { DongneError } from '../../src/errors.ts'
import { WEIGHTS } from '../../src/recommend/ranking/rank.ts'
import { armOf, assign, parseTuning } from '../../src/recommend/tuning.ts'

const experiment = {
  name: 'mix',
  arms: [
    { name: 'as-is' },
    { name: 'plain', weight: 3, steps: { diversity: false }, weights: { taste: { popularity: 0.5 } } },
  ],
}

function problemOf(value: unknown): DongneError {
  try {
    parseTuning(value)
  } catch (error) {
    if (error instanceof DongneError) return error
  }
  throw new Error('It was taken.')
}

describe('a tuning file', () => {
  it('is refused by name with pointers where it says what there is not', () => {
    expect(problemOf({ steps: { magic: true } })).toMatchObject({
      code: 'invalid-tuning',
      errors: [{ pointer: '/steps/magic' }],
    })
    const arms = [{ name: 'a' }, { name: 'b', weights: { taste: { luck: 1 } } }]
    expect(problemOf({ experiments: [{ name: 'x', arms }] }).errors[0].pointer).toBe(
      '/experiments/0/arms/1/weights/taste/luck',
    )
    expect(problemOf({ experiments: [experiment, experiment] }).errors).toEqual([
      { pointer: '/experiments/1/name', detail: '"mix" is there twice' },
    ])
    const twins = { name: 'x', arms: [{ name: 'a' }, { name: 'a' }] }
    expect(problemOf({ experiments: [twins] }).errors[0].pointer).toBe('/experiments/0/arms/1/name')
  })

  it('switches steps for everybody', () => {
    const { steps, weights, experiments } = assign(
      parseTuning({ steps: { chains: false } }),
      'taste',
      undefined,
    )
    expect([steps.has('chains'), steps.has('kin')]).toEqual([false, true])
    expect([weights, experiments]).toEqual([WEIGHTS.taste, []])
  })
})

describe('sources', () => {
  it('are switched for everybody and by an arm, those that a question can do without', () => {
    const arms = [{ name: 'as-is' }, { name: 'with', sources: { popular: true } }]
    const tuning = parseTuning({
      sources: { popular: false, new: false },
      experiments: [{ name: 'sources', arms }],
    })
    const plain = assign(tuning, 'nearby', undefined).sources
    expect([plain.has('popular'), plain.has('new'), plain.has('taste')]).toEqual([false, false, true])
    const user = Array.from({ length: 50 }, (_, i) => `u${i}`).find(
      (id) => armOf({ name: 'sources', arms }, id)?.name === 'with',
    )
    expect(assign(tuning, 'nearby', user).sources.has('popular')).toBe(true)
    expect(problemOf({ sources: { nearest: false } }).errors[0].pointer).toBe('/sources/nearest')
  })
})

describe('an experiment', () => {
  const tuning = parseTuning({ experiments: [experiment, { ...experiment, name: 'other', share: 0.5 }] })

  it('gives a user the same arm always, and overrides weights and steps by it', () => {
    const users = Array.from({ length: 50 }, (_, i) => `u${i}`)
    const plain = users.find((user) => armOf(experiment, user)?.name === 'plain')!
    const only = parseTuning({ experiments: [experiment] })
    const assigned = assign(only, 'taste', plain)
    expect(assigned.experiments).toEqual(['mix:plain'])
    expect(assigned.steps.has('diversity')).toBe(false)
    expect(assigned.weights).toEqual({ ...WEIGHTS.taste, popularity: 0.5 })
    expect(assign(only, 'nearby', plain).weights).toBe('learnt')
    expect(assign(only, 'taste', plain)).toEqual(assigned)
    expect(assign(only, 'taste', undefined).experiments).toEqual([])
  })

  it('shares users out by the weights of its arms, independently of other experiments', () => {
    const counts = new Map<string, number>()
    const users = 8000
    for (let user = 0; user < users; user++) {
      const key = assign(tuning, 'taste', `user-${user}`).experiments.join(' ')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const expected: Record<string, number> = {
      'mix:as-is': 1 / 8,
      'mix:plain': 3 / 8,
      'mix:as-is other:as-is': 1 / 32,
      'mix:as-is other:plain': 3 / 32,
      'mix:plain other:as-is': 3 / 32,
      'mix:plain other:plain': 9 / 32,
    }
    expect([...counts.keys()].toSorted()).toEqual(Object.keys(expected).toSorted())
    for (const [key, share] of Object.entries(expected)) {
      // Four standard deviations of a binomial.
      const width = 4 * Math.sqrt((share * (1 - share)) / users)
      expect(Math.abs(counts.get(key)! / users - share)).toBeLessThan(width)
    }
  })
})
