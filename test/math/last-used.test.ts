import { describe, expect, it } from 'vitest'
import { LastUsed, setNewest } from '../../src/math/last-used.ts'
import { createRandom } from '../../src/math/random.ts'

/** The same by sorting moments of use. */
class Reference {
  readonly used = new Map<number, { value: number; at: number }>()
  #at = 0
  readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  get(key: number): number | undefined {
    const entry = this.used.get(key)
    if (entry !== undefined) entry.at = this.#at++
    return entry?.value
  }

  set(key: number, value: number): void {
    this.used.set(key, { value, at: this.#at++ })
    const sum = () => [...this.used.values()].reduce((total, entry) => total + entry.value, 0)
    while (sum() > this.limit) {
      const [oldest] = [...this.used].sort(([, a], [, b]) => a.at - b.at)[0]
      this.used.delete(oldest)
    }
  }
}

describe('a map of what was used last', () => {
  it('lets go of what was used longest ago, to read and to write alike', () => {
    const map = new LastUsed<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    expect(map.get('a')).toBe(1)
    map.set('c', 3)
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
    map.set('a', 4)
    map.set('d', 5)
    expect([map.get('a'), map.get('c'), map.get('d')]).toEqual([4, undefined, 5])
  })

  it('takes a peek for no use', () => {
    const map = new LastUsed<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    expect([map.peek('a'), ...map.values()]).toEqual([1, 1, 2])
    map.set('c', 3)
    expect([map.peek('a'), map.peek('b'), map.peek('c')]).toEqual([undefined, 2, 3])
  })

  it('keeps nothing that is larger than the limit, and goes on', () => {
    const map = new LastUsed<string, string>(3, (value) => value.length)
    map.set('a', 'aa')
    map.set('b', 'bbbb')
    expect([map.get('a'), map.get('b')]).toEqual([undefined, undefined])
    map.set('c', 'ccc')
    expect(map.get('c')).toBe('ccc')
  })

  it('has as much room after values were deleted or cleared', () => {
    const map = new LastUsed<string, number>(2)
    for (const empty of [() => map.clear(), () => ['a', 'b'].forEach((key) => map.delete(key))]) {
      for (let again = 0; again < 3; again++) {
        map.set('a', 1)
        map.set('b', 2)
        expect([map.get('a'), map.get('b')]).toEqual([1, 2])
        empty()
        expect([map.get('a'), map.get('b')]).toEqual([undefined, undefined])
      }
    }
  })

  it('takes no more memory the more often it is read', () => {
    const map = new LastUsed<number, number>(1000)
    for (let key = 0; key < 10; key++) map.set(key, key)
    const before = process.memoryUsage().heapUsed
    for (let read = 0; read < 1_000_000; read++) map.get(read % 10)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16e6)
  })

  it('agrees with moments of use over any mix of calls', () => {
    const random = createRandom(3)
    const [map, reference] = [new LastUsed<number, number>(40, (value) => value), new Reference(40)]
    const [found, expected]: (number | undefined)[][] = [[], []]
    for (let call = 0; call < 5000; call++) {
      const key = random.integer(30)
      const what = random.integer(100)
      if (what < 50) {
        found.push(map.get(key))
        expected.push(reference.get(key))
      } else if (what < 90) {
        const value = 1 + random.integer(8)
        map.set(key, value)
        reference.set(key, value)
      } else if (what < 99) {
        map.delete(key)
        reference.used.delete(key)
      } else {
        map.clear()
        reference.used.clear()
      }
    }
    expect(found).toEqual(expected)
  })
})

describe('a Map whose newest are kept', () => {
  it('lets go of what was set longest ago, in the order of setting', () => {
    const map = new Map<string, number>()
    for (const [key, value] of Object.entries({ a: 1, b: 2 })) setNewest(map, key, value, 2)
    setNewest(map, 'a', 3, 2)
    setNewest(map, 'c', 4, 2)
    expect([...map]).toEqual([
      ['a', 3],
      ['c', 4],
    ])
  })
})
