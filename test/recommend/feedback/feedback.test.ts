// What the event log teaches: LinUCB against its definition, and states that follow from the log alone.
import { describe, expect, it } from 'vitest'
import type { Choice, Event } from '../../../src/domain/event.ts'
import { solveRidge } from '../../../src/math/cholesky.ts'
import { createRandom } from '../../../src/math/random.ts'
import { Feedback } from '../../../src/recommend/feedback/index.ts'
import { LinUcb } from '../../../src/recommend/feedback/lin-ucb.ts'

describe('LinUCB', () => {
  it('is ridge regression with the width of its confidence', () => {
    const random = createRandom(5)
    const dim = 3
    const bandit = new LinUcb(dim)
    const a = new Float64Array(dim * dim)
    const b = new Float64Array(dim)
    for (let n = 0; n < 50; n++) {
      const x = Array.from({ length: dim }, () => random.next())
      const reward = random.next() < 0.3 ? 1 : 0
      bandit.observe('arm', x)
      if (reward === 1) bandit.reward('arm', x, 1)
      for (let i = 0; i < dim; i++) {
        b[i] += reward * x[i]
        for (let j = 0; j < dim; j++) a[i * dim + j] += x[i] * x[j]
      }
    }
    const x = [1, 0.3, 0.7]
    const both = new Float64Array(dim * 2)
    for (let i = 0; i < dim; i++) [both[2 * i], both[2 * i + 1]] = [b[i], x[i]]
    solveRidge(a, both, dim, 2, 1)
    const mean = x.reduce((sum, value, i) => sum + value * both[2 * i], 0)
    const width = Math.sqrt(x.reduce((sum, value, i) => sum + value * both[2 * i + 1], 0))
    expect(bandit.value('arm', x)).toBeCloseTo(mean + 0.5 * width, 10)
    expect(bandit.value('never seen', x)).toBeCloseTo(0.5 * Math.hypot(...x), 10)
  })

  it('takes back what it observed', () => {
    const bandit = new LinUcb(2)
    bandit.observe('a', [1, 0.5])
    const before = bandit.value('a', [1, 1])
    bandit.observe('a', [0.2, 1])
    bandit.reward('a', [0.2, 1], 1)
    bandit.reward('a', [0.2, 1], -1)
    bandit.observe('a', [0.2, 1], -1)
    expect(bandit.value('a', [1, 1])).toBeCloseTo(before, 12)
  })
})

const choice: Choice = { bandit: 'first-card', arm: 'taste', context: [1, 0.5, 0], propensity: 0.9 }

function log(users: number): Event[] {
  const random = createRandom(9)
  return Array.from({ length: users * 4 }, (_, i): Event => {
    const list = Math.floor(i / 2)
    const base = { id: `e${i}`, userId: `u${list % users}`, placeId: `p${list % 7}`, at: i * 1000 }
    return i % 2 === 0
      ? { ...base, type: 'impression', recommendationId: `r${list}`, propensity: 0.9, choice }
      : { ...base, type: random.next() < 0.5 ? 'click' : 'dislike', recommendationId: `r${list}` }
  })
}

describe('what is learnt from the log', () => {
  const worth = (feedback: Feedback) => feedback.bandits.of('first-card').value('taste', [1, 0.5, 0])

  it('is the same in every process and after a restart', () => {
    const [one, other] = [new Feedback(), new Feedback()]
    for (const event of log(20)) one.add(event)
    for (const event of log(20)) other.add(event)
    expect(worth(other)).toBe(worth(one))
    expect(other.company.of(['p1'])).toEqual(one.company.of(['p1']))
  })

  it('is without a user who was erased as if they had never been there', () => {
    const [erased, never] = [new Feedback(), new Feedback()]
    const events = log(20)
    for (const event of events) erased.add(event)
    erased.forget(events.filter(({ userId }) => userId === 'u3'))
    for (const event of events) if (event.userId !== 'u3') never.add(event)
    expect(worth(erased)).toBeCloseTo(worth(never), 10)
    expect(erased.company.of(['p1'])).toEqual(never.company.of(['p1']))
    expect(erased.exposures.of('u3', 0)).toBeUndefined()
  })

  it('counts an impression and its reward once', () => {
    const [once, twice] = [new Feedback(), new Feedback()]
    const impression: Event = { ...log(1)[0] }
    const click: Event = { ...impression, id: 'c', type: 'click' }
    for (const event of [impression, click]) once.add(event)
    for (const event of [impression, impression, click, click]) twice.add(event)
    expect(worth(twice)).toBe(worth(once))
  })

  it('does not take choices of another shape, nor actions on lists that were not logged', () => {
    const feedback = new Feedback()
    const before = worth(feedback)
    const impression: Event = { ...log(1)[0], choice: { ...choice, context: [1] } }
    feedback.add(impression)
    feedback.add({ ...impression, id: 'c', type: 'click' })
    feedback.add({ ...impression, id: 'd', type: 'click', recommendationId: 'nobody saw' })
    expect(worth(feedback)).toBe(before)
  })
})
