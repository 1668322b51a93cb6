// Values kept for one state.
import { expect, it } from 'vitest'
import { Kept } from '../../../src/recommend/live/kept.ts'

it('keeps the values asked for last, up to the limit', () => {
  const values = new Kept<number>(2).of('a')
  values.set('one', 1)
  values.set('two', 2)
  expect(values.get('one')).toBe(1)
  values.set('three', 3)
  expect([values.get('one'), values.get('two'), values.get('three')]).toEqual([1, undefined, 3])
})

it('knows nothing of another state, and takes nothing from who is still at an older one', () => {
  const kept = new Kept<number>(2)
  const before = kept.of('a')
  before.set('one', 1)
  const after = kept.of('b')
  expect(after.get('one')).toBeUndefined()
  before.set('one', 1)
  expect(after.get('one')).toBeUndefined()
  after.set('one', 2)
  expect(before.get('one')).toBeUndefined()
  expect(kept.of('b').get('one')).toBe(2)
})
