// The people of the demo city: what each secretly likes, where each lives and works, how far and how often each goes out.
// Leaves what they do to outings.ts.
import type { LngLat } from '../../domain/position.ts'
import { compileArea } from '../../geo/polygon.ts'
import type { Random } from '../../math/random.ts'
import { pickSome } from './draw.ts'
import { FACETS, type FacetId } from './facets.ts'
import { toLngLat, type Point } from './plane.ts'
import type { DongSite } from './regions.ts'
import { GIVEN_NAMES } from './words/people.ts'

export interface UserFacet {
  readonly id: FacetId
  readonly ko: string
  readonly en: string
  /** Weights of a user sum to 1. */
  readonly weight: number
}

export interface DemoUser {
  readonly id: string
  /** A short label: "조용한 카페를 좋아하는 지우". */
  readonly name: string
  readonly names: { readonly ko: string; readonly en: string }
  readonly home: LngLat
  /** Strongest first. */
  readonly facets: readonly UserFacet[]
}

/** A user with what only the generator knows. */
export interface Resident {
  readonly user: DemoUser
  /** Weights in the order of `FACETS`. */
  readonly tastes: Float64Array
  readonly home: Point
  readonly work: Point
  /** Distance at which the readiness to go falls to 1/e. */
  readonly reachKm: number
  /** How many outings in the whole time. */
  readonly outings: number
}

export const USER_COUNT = 2000
/** Facets a user has, and how likely each count is. */
const FACET_COUNTS = [2, 3, 4] as const
const FACET_COUNT_WEIGHTS = [3, 5, 2] as const
const SPREAD_KM = 0.55
/** Half of the trips are then within a kilometre and a half: a walk, or two stops by bus. */
const MEDIAN_REACH_KM = 0.9
/** Outings are log-normal: a few users are far more active than the others. */
const MEDIAN_OUTINGS = 9.5
const OUTINGS_SPREAD = 0.55
const MIN_OUTINGS = 4
const MAX_OUTINGS = 80

export function createUsers(dongs: readonly DongSite[], random: Random): Resident[] {
  const land = dongs.map(({ area }) => compileArea(area))
  const somewhere = (weights: readonly number[]): Point => {
    for (;;) {
      const { centre } = dongs[random.weighted(weights)]
      const point = {
        x: centre.x + SPREAD_KM * random.normal(),
        y: centre.y + SPREAD_KM * random.normal(),
      }
      if (land.some((area) => area.contains(toLngLat(point)))) return point
    }
  }
  const homes = dongs.map((dong) => dong.homes)
  const jobs = dongs.map((dong) => dong.jobs)

  return Array.from({ length: USER_COUNT }, (_, index) => {
    const facets = drawFacets(random)
    const tastes = new Float64Array(FACETS.length)
    for (const { id, weight } of facets) tastes[FACETS.findIndex((facet) => facet.id === id)] = weight
    const home = somewhere(homes)
    const names = label(facets[0].id, random.pick(GIVEN_NAMES))
    const outings = Math.round(MEDIAN_OUTINGS * Math.exp(OUTINGS_SPREAD * random.normal()))
    return {
      user: {
        id: `user-${String(index + 1).padStart(4, '0')}`,
        name: names.ko,
        names,
        home: toLngLat(home),
        facets,
      },
      tastes,
      home,
      work: somewhere(jobs),
      reachKm: MEDIAN_REACH_KM * Math.exp(0.4 * random.normal()),
      outings: Math.max(MIN_OUTINGS, Math.min(MAX_OUTINGS, outings)),
    }
  })
}

function drawFacets(random: Random): UserFacet[] {
  const count = FACET_COUNTS[random.weighted(FACET_COUNT_WEIGHTS)]
  const shares: number[] = FACETS.map(({ share }) => share)
  const drawn = pickSome(random, [1, 0.6, 0.4, 0.25].slice(0, count), count).map((strength) => {
    const index = random.weighted(shares)
    shares[index] = 0
    return { facet: FACETS[index], strength: strength * (0.75 + 0.5 * random.next()) }
  })
  const total = drawn.reduce((sum, { strength }) => sum + strength, 0)
  return drawn
    .map(({ facet: { id, ko, en }, strength }) => ({ id, ko, en, weight: strength / total }))
    .sort((a, b) => b.weight - a.weight)
}

function label(facet: FacetId, givenName: string): { ko: string; en: string } {
  const { liking } = FACETS.find(({ id }) => id === facet)!
  const [ko, en] = givenName.split('|')
  return { ko: `${liking.ko} ${ko}`, en: `${en}, who ${liking.en}` }
}
