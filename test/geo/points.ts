// Points, boxes and rings for property tests, often at the places where longitudes and latitudes end.
import * as fc from 'fast-check'
import type { LngLat, Ring } from '../../src/domain/position.ts'

const coordinate = (limit: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -limit, max: limit, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(-limit, limit, 0, limit - 1e-9, 1e-7 - limit) },
  )

export const point: fc.Arbitrary<LngLat> = fc.record({ lng: coordinate(180), lat: coordinate(90) })

/** The unit vector of a point: distances and sides without trigonometry of longitudes. */
export function toVector({ lng, lat }: LngLat): [number, number, number] {
  const [a, b] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180]
  return [Math.cos(b) * Math.cos(a), Math.cos(b) * Math.sin(a), Math.sin(b)]
}

/** A star-shaped ring around a centre, closed; longitudes are wrapped into [-180, 180]. */
export function starRing(centre: LngLat, radii: readonly number[]): Ring {
  const ring = radii.map((radius, index) => {
    const angle = (2 * Math.PI * index) / radii.length
    const lng = centre.lng + radius * Math.cos(angle)
    return [lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng, centre.lat + radius * Math.sin(angle)]
  })
  return [...ring, ring[0]]
}
