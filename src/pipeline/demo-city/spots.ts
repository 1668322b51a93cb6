// The outlines of the hang-out spots: circles and rounded, slightly uneven polygons.
// Leaves what opens there to spot-table.ts and places.ts.
import type { Spot } from '../../domain/spot.ts'
import type { Random } from '../../math/random.ts'
import { between } from './draw.ts'
import { toLngLat, toPosition, type Point } from './plane.ts'
import type { DongSite } from './regions.ts'
import { SPOTS, type SpotSite } from './spot-table.ts'

export interface PlacedSpot {
  readonly site: SpotSite
  readonly centre: Point
  readonly spot: Spot
}

const OUTLINE_CORNERS = 16
/** Exponent of a superellipse: 2 is an ellipse, above it a rounded rectangle. */
const ROUNDNESS = 3

export function createSpots(dongs: readonly DongSite[], random: Random): PlacedSpot[] {
  return SPOTS.map((site) => {
    const { centre: middle } = dongs.find(({ ko }) => ko === site.dong)!
    const centre = { x: middle.x + site.offset[0], y: middle.y + site.offset[1] }
    const { id, ko, en, aliases } = site
    const spot = { id, name: ko, names: { ko, en }, aliases: [...aliases] }
    if ('radius' in site.shape) {
      const circle = { ...toLngLat(centre), radiusMeters: 1000 * site.shape.radius }
      return { site, centre, spot: { ...spot, circle } }
    }
    const ring = outline(centre, site.shape, random).map(toPosition)
    return {
      site,
      centre,
      spot: { ...spot, geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] } },
    }
  })
}

/** A point of the outline or, for `reach` below 1, on the way to it from the centre. */
export function pointTowards(site: SpotSite, centre: Point, angle: number, reach: number): Point {
  if ('radius' in site.shape) {
    const distance = reach * site.shape.radius
    return { x: centre.x + distance * Math.cos(angle), y: centre.y + distance * Math.sin(angle) }
  }
  const { length, width, degrees } = site.shape
  const along = (reach * length * signedRoot(Math.cos(angle))) / 2
  const across = (reach * width * signedRoot(Math.sin(angle))) / 2
  const turn = (degrees * Math.PI) / 180
  return {
    x: centre.x + along * Math.cos(turn) - across * Math.sin(turn),
    y: centre.y + along * Math.sin(turn) + across * Math.cos(turn),
  }
}

/** Anticlockwise and star-shaped around the centre, so it cannot cross itself. */
function outline(
  centre: Point,
  shape: Exclude<SpotSite['shape'], { radius: number }>,
  random: Random,
): Point[] {
  return Array.from({ length: OUTLINE_CORNERS }, (_, corner) => {
    const angle = (2 * Math.PI * (corner + 0.5)) / OUTLINE_CORNERS
    return pointTowards({ shape } as SpotSite, centre, angle, between(random, 0.93, 1.07))
  })
}

function signedRoot(value: number): number {
  return Math.sign(value) * Math.abs(value) ** (2 / ROUNDNESS)
}
