// The schema and parser of polygons: closed, long enough, in range, not crossing themselves.
// Leaves containment to geo/polygon.ts.
import { kinks } from '@turf/kinks'
import { Type } from 'typebox'
import { DongneError, type ErrorDetail } from '../errors.ts'
import type { Area, Ring } from './position.ts'
import { createParser } from './schema.ts'

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

const parseShape = createParser(AreaSchema, 'invalid-geometry')

/**
 * Parses a GeoJSON Polygon or MultiPolygon (RFC 7946). Throws invalid-geometry for a ring that is open, has fewer
 * than four positions, leaves [-180, 180] × [-90, 90], or crosses itself.
 * @param pointer where the value stands in the input, for the error
 * @param crossing 'keep' takes rings that cross themselves: simplified official boundaries do, in slivers, and even-odd
 *   containment is right for all but those
 */
export function parseArea(value: unknown, pointer = '', crossing: 'refuse' | 'keep' = 'refuse'): Area {
  const area = parseShape(value) as Area
  const errors: ErrorDetail[] = []
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  polygons.forEach((rings, polygonIndex) => {
    rings.forEach((ring, ringIndex) => {
      const path = area.type === 'Polygon' ? `${ringIndex}` : `${polygonIndex}/${ringIndex}`
      const problem = ringProblem(ring, crossing)
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
  const crossing = kinks({ type: 'Polygon', coordinates: [unwrap(ring)] }).features[0]
  if (crossing !== undefined) {
    return `crosses itself at [${crossing.geometry.coordinates.map((c) => +c.toFixed(6)).join(', ')}]`
  }
  return undefined
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
