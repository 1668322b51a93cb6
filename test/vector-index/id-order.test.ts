import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromOrderedId, toOrderedId } from '../../src/vector-index/id-order.ts'

/** Near all borders of the two orders, often. */
const id = fc
  .array(
    fc.constantFrom(
      'a',
      '가',
      '\uD7FF',
      '\uE000',
      '\uFFFD',
      '\uFFFF',
      '\u{10000}',
      '\u{1F35C}',
      '\u{10FFFF}',
      '\0',
    ),
  )
  .map((characters) => characters.join(''))

it('orders ids by their bytes as the port orders them by UTF-16 code units', () => {
  const property = fc.property(id, id, (a, b) => {
    const byBytes = Buffer.compare(Buffer.from(toOrderedId(a)), Buffer.from(toOrderedId(b)))
    expect(byBytes).toBe(a === b ? 0 : a < b ? -1 : 1)
  })
  fc.assert(property, { numRuns: 2000 })
})

it('gives every id back, and leaves usual ones as they are', () => {
  const property = fc.property(id, (text) => {
    expect(fromOrderedId(toOrderedId(text))).toBe(text)
  })
  fc.assert(property)
  expect(toOrderedId('카페-12')).toBe('카페-12')
})
