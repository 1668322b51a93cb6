// Vectors of places that nobody has acted on: from their text, and from what is around them that people did act on.
// Leaves the text's vector to model.ts.
import { around } from 'geokdbush'
import KDBush from 'kdbush'
import type { LngLat } from '../domain/position.ts'
import { haversineMeters } from '../geo/distance.ts'

/** Places with actions and their positions, in step. */
export interface KnownPlaces {
  readonly dim: number
  /** `[places, dim]` as model.ts has them. */
  readonly vectors: Float32Array
  /** `[places, 2]` lng, lat; empty where positions are not known. */
  readonly positions: Float64Array
  /** Rows of the places that have actions. */
  readonly rows: readonly number[]
}

/** Known places that are looked at: the nearest ones. */
const CANDIDATES = 300
/** Of them, how many a new place takes after. */
const NEIGHBOURS = 10
/** At this distance a neighbour counts e times less than next door. */
const REACH_METERS = 700
/** What likeness by text weighs against nearness. */
const TEXT_WEIGHT = 1
/** What the new place's own text weighs against its neighbours. */
const OWN_WEIGHT = 0.3

/**
 * Returns a function that places a new place `[dim]`: its text's vector (model.ts), drawn to the mean of the known places
 * that are most like it by text and nearest, with their mean bias. Who goes to a corner goes there again, and a text alone
 * does not say where that is. Without a position or without known places it is the text's vector.
 */
export function createNewPlaces({ dim, vectors, positions, rows }: KnownPlaces) {
  const located = positions.length === 0 ? [] : rows
  const index = new KDBush(located.length, 64, Float64Array)
  for (const row of located) index.add(positions[2 * row], positions[2 * row + 1])
  index.finish()

  return (fromText: Float32Array, at?: LngLat): Float32Array => {
    if (at === undefined || located.length === 0) return fromText
    const neighbours = around(index, at.lng, at.lat, CANDIDATES)
      .map((item) => {
        const row = located[item]
        const meters = haversineMeters(at, { lng: positions[2 * row], lat: positions[2 * row + 1] })
        let cosine = 0
        for (let k = 0; k < dim - 1; k++) cosine += fromText[k] * vectors[row * dim + k]
        return { row, score: TEXT_WEIGHT * cosine + Math.exp(-meters / REACH_METERS) }
      })
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .slice(0, NEIGHBOURS)
    const vector = new Float32Array(dim)
    for (const { row } of neighbours) {
      for (let k = 0; k < dim; k++) vector[k] += vectors[row * dim + k] / neighbours.length
    }
    let squares = 0
    for (let k = 0; k < dim - 1; k++) {
      vector[k] += OWN_WEIGHT * fromText[k]
      squares += vector[k] ** 2
    }
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
    for (let k = 0; k < dim - 1; k++) vector[k] *= scale
    return vector
  }
}
