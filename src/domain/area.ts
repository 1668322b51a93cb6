// The schema and parser of polygons: closed, long enough, in range, not crossing themselves.
// Leaves containment to geo/polygon.ts.
import { kinks } from '@turf/kinks'
import { Type } from 'typebox'
import { DongneError, type ErrorDetail } from '../errors.ts'
import type { Area, Ring } from './position.ts'
import { createParser } from './schema.ts'
import { largestCrossing, ringArea } from './self-crossing.ts'

const PositionSchema = Type.Array(Type.Number(), { minItems: 2, maxItems: 3, description: '[lng, lat]' })
const RingSchema = Type.Array(PositionSchema, { description: 'A closed ring, first position = last' })

export const AreaSchema = Type.Union(
  [
    Type.Object({ type: Type.Literal('Polygon'), coordinates: Type.Array(RingSchema, { minItems: 1 }) }),
    Type.Object({
      type: Type.Literal('MultiPolygon'),
      coordinates: Type.Array(Type.Array(RingSchema, { minItems: 1 }), { minItems: 1 }),
    }),
  ],
  { description: 'GeoJSON Polygon or MultiPolygon, WGS84, holes allowed' },
)

/** All 3,771 Korean boundaries, of which 22 rings cross themselves, stay below it; half of a bow tie is 50 %. */
const MAX_LOOP_SHARE = 0.05

const parseShape = createParser(AreaSchema, 'invalid-geometry')

/**
 * Parses a GeoJSON Polygon or MultiPolygon (RFC 7946). Throws invalid-geometry for a ring that is open, has fewer
 * than four positions, leaves [-180, 180] × [-90, 90], encloses nothing, or crosses itself, and for a hole outside its polygon.
 * A position may be repeated.
 * @param pointer where the value stands in the input, for the error
 * @param crossing 'keep' takes rings that cross themselves in slivers: simplified official boundaries do, and even-odd
 *   containment is right for all but those. Loops of more than MAX_LOOP_SHARE of the area are refused all the same.
 */
export function parseArea(value: unknown, pointer = '', crossing: 'refuse' | 'keep' = 'refuse'): Area {
  const area = parseShape(value) as Area
  const errors: ErrorDetail[] = []
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  const refuseLoops = crossing === 'keep' ? loopProblem(polygons.map(([shell]) => shell)) : undefined
  polygons.forEach((rings, polygonIndex) => {
    rings.forEach((ring, ringIndex) => {
      const path = area.type === 'Polygon' ? `${ringIndex}` : `${polygonIndex}/${ringIndex}`
      const problem =
        ringProblem(ring, crossing) ??
        refuseLoops?.(ring) ??
        (ringIndex > 0 && crossing === 'refuse' ? holeProblem(ring, rings[0]) : undefined)
      if (problem !== undefined) errors.push({ pointer: `${pointer}/coordinates/${path}`, detail: problem })
    })
  })
  if (errors.length > 0) {
    throw new DongneError('invalid-geometry', errors.map((e) => `${e.pointer} ${e.detail}`).join('; '), {
      errors,
    })
  }
  return area
}

function ringProblem(ring: Ring, whenCrossing: 'refuse' | 'keep'): string | undefined {
  if (ring.length < 4) return `has ${ring.length} positions, a ring needs at least 4`
  for (const [lng, lat] of ring) {
    if (!(Math.abs(lng) <= 180) || !(Math.abs(lat) <= 90))
      return `has a position out of range: [${lng}, ${lat}]`
  }
  const first = ring[0]
  const last = ring[ring.length - 1]
  if (first[0] !== last[0] || first[1] !== last[1]) {
    return `is not closed: it starts at [${first[0]}, ${first[1]}] and ends at [${last[0]}, ${last[1]}]`
  }
  if (whenCrossing === 'keep') return undefined
  const distinct = unwrap(ring).filter(
    ([x, y], index, all) => index === 0 || x !== all[index - 1][0] || y !== all[index - 1][1],
  )
  if (distinct.length < 4 || hasNoWidth(distinct))
    return 'encloses nothing: all its positions lie on one line'
  const crossing = kinks({ type: 'Polygon', coordinates: [distinct] }).features[0]
  if (crossing !== undefined) {
    return `crosses itself at [${crossing.geometry.coordinates.map((c) => +c.toFixed(6)).join(', ')}]`
  }
  return undefined
}

/** Tells of a ring that crosses itself and cuts off too much of the whole area of `shells`. */
function loopProblem(shells: readonly Ring[]): (ring: Ring) => string | undefined {
  const whole = shells.reduce((sum, shell) => sum + (shell.length === 0 ? 0 : ringArea(unwrap(shell))), 0)
  return (ring) => {
    const crossing = largestCrossing(unwrap(ring))
    if (crossing === undefined || crossing.loopArea <= MAX_LOOP_SHARE * whole) return undefined
    const [lng, lat] = crossing.at.map((degrees) => +degrees.toFixed(6))
    return `crosses itself at [${lng}, ${lat}] and cuts off more than ${100 * MAX_LOOP_SHARE} % of the area`
  }
}

/** Whether all positions lie on the line through the first and the one farthest from it, within rounding. */
function hasNoWidth(ring: readonly (readonly number[])[]): boolean {
  const [x0, y0] = ring[0]
  const offsets = ring.map(([x, y]) => [x - x0, y - y0] as const)
  const [dx, dy] = offsets.reduce((far, next) => (Math.hypot(...next) > Math.hypot(...far) ? next : far))
  const length = Math.hypot(dx, dy)
  return offsets.every(([x, y]) => Math.abs(dx * y - dy * x) <= 1e-12 * length)
}

function holeProblem(hole: Ring, shell: Ring): string | undefined {
  // Side by side, also where the shell goes on over the antimeridian.
  const border = unwrap(shell)
  const outside = hole.find(
    ([lng, lat]) => ![lng, lng + 360, lng - 360].some((x) => isWithin(border, x, lat)),
  )
  return outside && `is a hole that leaves its polygon at [${outside[0]}, ${outside[1]}]`
}

/** Even-odd rule; the border counts as within. */
function isWithin(ring: readonly (readonly number[])[], x: number, y: number): boolean {
  let within = false
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1]
    const [x1, y1] = ring[i]
    const cross = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
    const isBeside =
      x >= Math.min(x0, x1) && x <= Math.max(x0, x1) && y >= Math.min(y0, y1) && y <= Math.max(y0, y1)
    if (cross === 0 && isBeside) return true
    if (y0 > y !== y1 > y && cross > 0 === y1 > y0) within = !within
  }
  return within
}

/** Longitudes made continuous, so that a ring over the antimeridian does not look as if it crossed itself. */
function unwrap(ring: Ring): number[][] {
  let shift = 0
  return ring.map(([lng, lat], index) => {
    if (index > 0) {
      const step = lng - ring[index - 1][0]
      if (step > 180) shift -= 360
      else if (step < -180) shift += 360
    }
    return [lng + shift, lat]
  })
}
