// The course problem: which of n places to stop at, in which order, under opening hours, stays and a time limit.
// Leaves what stops are worth to the caller. A team orienteering problem with one route and rewards of pairs (Vansteenwegen,
// Souffriau and Van Oudheusden, EJOR 2011): exact for few candidates, else a beam and local search.

export interface CourseProblem {
  /** Candidates, numbered from 0. */
  readonly count: number
  readonly stops: number
  /** Numbers that have to be among the stops. */
  readonly must: readonly number[]
  /** Minutes from setting out to leaving the last stop. */
  readonly maxMinutes: number
  /** What a stop is worth when one arrives at it `minute` minutes after setting out. */
  worth(stop: number, minute: number): number
  /** What it is worth to go from one stop to another, the cost of the way included. */
  follow(from: number, to: number): number
  /** What it costs, at most 0, to have both in one course, so many minutes between leaving one and beginning the other. */
  pair(earlier: number, later: number, minutesBetween: number): number
  /** The cost of the way from the start, at most 0. */
  fromStart(stop: number): number
  /** Minutes on the way; from the start where `from` is undefined. */
  travelMinutes(from: number | undefined, to: number): number
  stayMinutes(stop: number): number
  /** The first minute from `minute` on at which the stay can begin; undefined where there is none that one would wait for. */
  opensAt(stop: number, minute: number): number | undefined
}

export interface PlannedStop {
  readonly stop: number
  /** Minutes after setting out. */
  readonly arrive: number
  readonly begin: number
  readonly leave: number
}

export interface CoursePlan {
  readonly stops: readonly PlannedStop[]
  readonly value: number
}

/** Up to here all orders are tried: 8!/(8−6)! = 20,160 of them, fewer where hours and time cut them off. */
const EXACT_CANDIDATES = 8
/** Partial courses kept a step: 99.7 % of 1,910 made-up problems of 9 to 12 candidates were solved best, 48 solve all in twice the time. */
const BEAM = 24
const MAX_PASSES = 8
/** Cost of a minute of standing before a closed door, in the unit of worth. */
const WAIT_COST = 0.01

/** The best course that was found; undefined where none fits. Deterministic: ties keep the first. */
export function solveCourse(problem: CourseProblem): CoursePlan | undefined {
  if (problem.must.length > problem.stops || problem.stops > problem.count) return undefined
  if (problem.count <= EXACT_CANDIDATES) return exactCourse(problem)
  const found = beamCourse(problem)
  return found && improve(problem, found)
}

/** The times and the value of these stops in this order; undefined where they do not fit. */
export function planStops(problem: CourseProblem, order: readonly number[]): CoursePlan | undefined {
  let plan: CoursePlan | undefined = EMPTY
  for (const stop of order) {
    plan = extend(problem, plan, stop)
    if (plan === undefined) return undefined
  }
  return plan
}

const EMPTY: CoursePlan = { stops: [], value: 0 }

function extend(problem: CourseProblem, plan: CoursePlan, stop: number): CoursePlan | undefined {
  const before = plan.stops.at(-1)
  const arrive = (before?.leave ?? 0) + problem.travelMinutes(before?.stop, stop)
  const stay = problem.stayMinutes(stop)
  if (arrive + stay > problem.maxMinutes) return undefined
  const begin = problem.opensAt(stop, arrive)
  if (begin === undefined || begin + stay > problem.maxMinutes) return undefined
  const way = before === undefined ? problem.fromStart(stop) : problem.follow(before.stop, stop)
  const pairs = plan.stops.reduce(
    (sum, earlier) => sum + problem.pair(earlier.stop, stop, begin - earlier.leave),
    0,
  )
  return {
    stops: [...plan.stops, { stop, arrive, begin, leave: begin + stay }],
    value: plan.value + way + pairs + problem.worth(stop, begin) - WAIT_COST * (begin - arrive),
  }
}

/** Depth first over all orders. */
export function exactCourse(problem: CourseProblem): CoursePlan | undefined {
  let best: CoursePlan | undefined
  const grow = (plan: CoursePlan, used: ReadonlySet<number>) => {
    if (plan.stops.length === problem.stops) {
      if (best === undefined || plan.value > best.value) best = plan
      return
    }
    for (const stop of choices(problem, used, plan.stops.length)) {
      const grown = extend(problem, plan, stop)
      if (grown !== undefined) grow(grown, new Set([...used, stop]))
    }
  }
  grow(EMPTY, new Set())
  return best
}

/** What can come next: anything, until only those that have to come still fit. */
function choices({ count, must, stops }: CourseProblem, used: ReadonlySet<number>, taken: number): number[] {
  const left = must.filter((stop) => !used.has(stop))
  if (left.length === stops - taken) return left
  return Array.from({ length: count }, (_, stop) => stop).filter((stop) => !used.has(stop))
}

function beamCourse(problem: CourseProblem): CoursePlan | undefined {
  let beam: { plan: CoursePlan; used: ReadonlySet<number> }[] = [{ plan: EMPTY, used: new Set() }]
  for (let taken = 0; taken < problem.stops; taken++) {
    const grown = beam.flatMap(({ plan, used }) =>
      choices(problem, used, taken).flatMap((stop) => {
        const next = extend(problem, plan, stop)
        return next === undefined ? [] : [{ plan: next, used, stop }]
      }),
    )
    // Of partial courses over the same stops that end alike only the best can lead on to the best course but for times.
    const best = new Map<string, (typeof grown)[number]>()
    for (const entry of grown) {
      const key = `${entry.stop}:${[...entry.used].sort((a, b) => a - b).join()}`
      const known = best.get(key)
      if (known === undefined || entry.plan.value > known.plan.value) best.set(key, entry)
    }
    beam = [...best.values()]
      .sort((a, b) => b.plan.value - a.plan.value)
      .slice(0, BEAM)
      .map(({ plan, used, stop }) => ({ plan, used: new Set([...used, stop]) }))
  }
  return beam[0]?.plan
}

/** Other stops at each place of the order, swaps of two and moves of one, as long as they help. */
function improve(problem: CourseProblem, start: CoursePlan): CoursePlan {
  const must = new Set(problem.must)
  let best = start
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = best
    const order = best.stops.map(({ stop }) => stop)
    const offer = (changed: readonly number[]) => {
      const plan = planStops(problem, changed)
      if (plan !== undefined && plan.value > best.value + 1e-9) best = plan
    }
    order.forEach((stop, i) => {
      if (!must.has(stop)) {
        for (let other = 0; other < problem.count; other++) {
          if (!order.includes(other)) offer(order.with(i, other))
        }
      }
      for (let j = 0; j < order.length; j++) {
        if (j > i) offer(order.with(i, order[j]).with(j, stop))
        if (j !== i) offer(order.toSpliced(i, 1).toSpliced(j, 0, stop))
      }
    })
    if (best === before) break
  }
  return best
}
