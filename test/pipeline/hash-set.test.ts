import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HashSet } from '../../src/pipeline/hash-set.ts'

describe('a hash set', () => {
  it('tells new strings from known ones as a Set does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 300 }), (texts) => {
        const [hashes, strings] = [new HashSet(), new Set<string>()]
        for (const text of texts) {
          expect(hashes.add(text)).toBe(!strings.has(text))
          strings.add(text)
        }
        expect(hashes.size).toBe(strings.size)
      }),
    )
  })

  it('keeps everything while it grows', () => {
    const hashes = new HashSet()
    const ids = Array.from({ length: 50_000 }, (_, index) => `place-${index}`)
    expect(ids.filter((id) => !hashes.add(id))).toEqual([])
    expect(ids.filter((id) => hashes.add(id))).toEqual([])
  })
})
