// The course problem: exact for few candidates against all orders, near it for more, and the rules of time.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/math/random.ts'
import {
  exactCourse,
  planStops,
  solveCourse,
  type CourseProblem,
} from '../../../src/recommend/courses/solve.ts'

interface Given {
  readonly count: number
  readonly stops: number
  readonly must?: readonly number[]
  readonly maxMinutes?: number
  readonly seed: number
}

/** Places on a plane with hours, drawn from a seed. */
function problem({ count, stops, must = [], maxMinutes = 480, seed }: Given): CourseProblem {
  const random = createRandom(seed)
  const places = Array.from({ length: count }, () => ({
    x: random.next() * 30,
    y: random.next() * 30,
    worth: random.next(),
    stay: 20 + random.integer(60),
    opens: random.integer(120),
    closes: 240 + random.integer(300),
    role: random.integer(3),
  }))
  const minutes = (a: number, b: number) =>
    Math.ceil(Math.hypot(places[a].x - places[b].x, places[a].y - places[b].y))
  return {
    count,
    stops,
    must,
    maxMinutes,
    worth: (stop, minute) => places[stop].worth - minute / 5000,
    follow: (from, to) => (places[from].role === places[to].role ? -0.4 : 0.2) - 0.02 * minutes(from, to),
    pair: (a, b) => (places[a].role === 0 && places[b].role === 0 ? -0.3 : 0),
    fromStart: () => 0,
    travelMinutes: (from, to) => (from === undefined ? 0 : minutes(from, to)),
    stayMinutes: (stop) => places[stop].stay,
    opensAt(stop, minute) {
      const begin = Math.max(minute, places[stop].opens)
      return begin - minute > 30 || begin + places[stop].stay > places[stop].closes ? undefined : begin
    },
  }
}

/** All orders of all choices, with nothing cut off. */
function bruteForce(given: CourseProblem): number | undefined {
  let best: number | undefined
  const grow = (order: readonly number[]) => {
    if (order.length === given.stops) {
      const plan = given.must.every((stop) => order.includes(stop)) ? planStops(given, order) : undefined
      if (plan !== undefined && (best === undefined || plan.value > best)) best = plan.value
      return
    }
    for (let stop = 0; stop < given.count; stop++) if (!order.includes(stop)) grow([...order, stop])
  }
  grow([])
  return best
}

const seeds = fc.nat(1_000_000)

describe('a course over few candidates', () => {
  it('is the best of all orders, or none where none fits', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.integer({ min: 1, max: 6 }),
          stops: fc.integer({ min: 1, max: 4 }),
          maxMinutes: fc.integer({ min: 30, max: 400 }),
          seed: seeds,
        }),
        fc.boolean(),
        (given, hasMust) => {
          const asked = problem({ ...given, ...(hasMust && { must: [given.count - 1] }) })
          const found = solveCourse(asked)
          const best = bruteForce(asked)
          if (best === undefined) expect(found).toBeUndefined()
          else expect(found!.value).toBeCloseTo(best, 9)
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('a course over many candidates', () => {
  it('is the best one in nine of ten problems, and never far from it', () => {
    let solvable = 0
    let best = 0
    let worst = 0
    for (let seed = 0; seed < 100; seed++) {
      const asked = problem({ count: 11, stops: 4, seed })
      const exact = exactCourse(asked)
      if (exact === undefined) {
        expect(solveCourse(asked)).toBeUndefined()
        continue
      }
      solvable++
      const lost = exact.value - solveCourse(asked)!.value
      if (lost < 1e-9) best++
      worst = Math.max(worst, lost)
    }
    expect(solvable).toBeGreaterThan(50)
    expect(best / solvable).toBeGreaterThanOrEqual(0.9)
    // Of courses worth 3 or so.
    expect(worst).toBeLessThan(0.15)
  })

  it('takes milliseconds over 60 candidates and 6 stops', () => {
    const asked = problem({ count: 60, stops: 6, maxMinutes: 600, seed: 3 })
    solveCourse(asked)
    const started = performance.now()
    expect(solveCourse(asked)).toBeDefined()
    // Some 10 ms on an idle machine.
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('every course', () => {
  it('keeps its times: in order, open, within the limit, with all that has to be seen', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.integer({ min: 1, max: 16 }),
          stops: fc.integer({ min: 1, max: 6 }),
          maxMinutes: fc.integer({ min: 30, max: 600 }),
          seed: seeds,
        }),
        (given) => {
          const asked = problem({ ...given, must: [0] })
          const found = solveCourse(asked)
          if (found === undefined) return
          expect(new Set(found.stops.map(({ stop }) => stop)).size).toBe(given.stops)
          expect(found.stops.map(({ stop }) => stop)).toContain(0)
          let minute = 0
          found.stops.forEach(({ stop, arrive, begin, leave }, index) => {
            expect(arrive).toBe(minute + asked.travelMinutes(found.stops[index - 1]?.stop, stop))
            expect(begin).toBe(asked.opensAt(stop, arrive))
            expect(leave).toBe(begin + asked.stayMinutes(stop))
            minute = leave
          })
          expect(minute).toBeLessThanOrEqual(given.maxMinutes)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('is none where more has to be seen than there are stops, or stops than places', () => {
    expect(solveCourse(problem({ count: 5, stops: 2, must: [0, 1, 2], seed: 1 }))).toBeUndefined()
    expect(solveCourse(problem({ count: 2, stops: 3, seed: 1 }))).toBeUndefined()
    expect(solveCourse(problem({ count: 0, stops: 1, seed: 1 }))).toBeUndefined()
  })
})
