// The embedded engine against a brute force in float64, over random rows, filters, dimensions and changes.
import * as fc from 'fast-check'
import ngeohash from 'ngeohash'
import { describe, expect, it } from 'vitest'
import { haversineMeters } from '../../src/geo/distance.ts'
import { compileFilter, type Filter } from '../../src/vector-index/filter.ts'
import { OpenVersion } from '../../src/vector-index/embedded/open-version.ts'
import { planFilter } from '../../src/vector-index/embedded/plan.ts'
import { Segment } from '../../src/vector-index/embedded/segment.ts'
import { SegmentBuilder } from '../../src/vector-index/embedded/segment-builder.ts'
import { SegmentThreads } from '../../src/vector-index/embedded/segment-threads.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'
import {
  FILTERS,
  pick,
  randomFilter,
  randomRows,
  rowId,
  seededRandom,
  type Random,
} from '../contract/index-rows.ts'

const pool = new SegmentThreads(0)

function openVersion(rows: readonly IndexRow[], dim: number): OpenVersion {
  const builder = new SegmentBuilder(dim)
  for (const row of rows) builder.add(row)
  const manifest = { version: 'v', dim, modelVersion: 'm', revision: 1, count: rows.length, users: 0 }
  return new OpenVersion(manifest, [builder.finish()], pool)
}

function brute(rows: readonly IndexRow[], vector: Float32Array, filter: Filter, k: number) {
  return rows
    .filter(compileFilter(filter))
    .map((row) => ({ id: row.id, score: row.vector.reduce((sum, value, i) => sum + value * vector[i], 0) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, k)
}

async function search(version: OpenVersion, vector: Float32Array, filter: Filter, k: number) {
  return (await version.search({ vector, filter, k })).map(({ id, score }) => ({ id, score }))
}

/** Vectors of every kind of trouble: unit, long, tiny, sparse, equal, zero, one huge component. */
function anyVector(random: Random, dim: number, kind: number): Float32Array {
  const vector = Float32Array.from({ length: dim }, () => random() * 2 - 1)
  if (kind === 1) return vector.map((value) => value * 1e6)
  if (kind === 2) return vector.map((value) => value * 1e-30)
  if (kind === 3) return vector.map((value) => (random() < 0.9 ? 0 : value))
  if (kind === 4) return vector.fill(0.125)
  if (kind === 5) return vector.fill(0)
  if (kind === 6) vector[Math.floor(random() * dim)] = 1e5
  return vector
}

describe('a search of a segment', () => {
  it('equals the brute force for any rows, dimension, filter and k', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.oneof(fc.constantFrom(0, 1, 2, 63, 64, 65, 200), fc.integer({ min: 0, max: 1500 })),
        fc.oneof(fc.constantFrom(1, 2, 15, 16, 17, 128, 1024), fc.integer({ min: 1, max: 200 })),
        fc.constantFrom(1, 3, 10, 100, 1023, 1025, 5000),
        fc.integer({ min: 0, max: 7 }),
        async (seed, count, dim, k, kind) => {
          const random = seededRandom(seed)
          const rows = randomRows(seed, count, 1).map((row) => ({
            ...row,
            vector: anyVector(random, dim, kind),
          }))
          const version = openVersion(rows, dim)
          const vector = anyVector(random, dim, pick(random, [0, 0, kind, 5]))
          for (const filter of [{}, { includeClosed: true }, randomFilter(random), randomFilter(random)]) {
            expect(await search(version, vector, filter, k)).toEqual(brute(rows, vector, filter, k))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('equals it over several chunks of blocks, where the first pass over codes decides', async () => {
    const random = seededRandom(11)
    const rows = randomRows(11, 40_000, 1).map((row) => ({ ...row, vector: anyVector(random, 24, 0) }))
    const version = openVersion(rows, 24)
    for (const filter of [{}, ...Object.values(FILTERS)]) {
      const vector = anyVector(random, 24, 0)
      expect(await search(version, vector, filter, 10)).toEqual(brute(rows, vector, filter, 10))
      expect(version.count(filter)).toBe(rows.filter(compileFilter(filter)).length)
    }
  })

  it('orders rows of equal vectors by id over the whole segment', async () => {
    const rows = randomRows(5, 3000, 1).map((row) => ({ ...row, vector: new Float32Array(32).fill(0.3) }))
    const vector = new Float32Array(32).fill(0.7)
    expect(await search(openVersion(rows, 32), vector, {}, 300)).toEqual(brute(rows, vector, {}, 300))
  })

  it('finds nothing once every row is deleted, and what comes after', async () => {
    const rows = randomRows(5, 700, 8)
    const version = openVersion(rows, 8)
    version.delete(rows.map(({ id }) => id))
    const vector = rows[0].vector
    expect(await search(version, vector, { includeClosed: true }, 10)).toEqual([])
    expect(version.count({ includeClosed: true })).toBe(0)
    expect(version.list({ by: 'popularity' }, { includeClosed: true }, 10)).toEqual([])
    version.upsert(rows.slice(0, 3))
    expect(await search(version, vector, { includeClosed: true }, 10)).toEqual(
      brute(rows.slice(0, 3), vector, { includeClosed: true }, 10),
    )
  })
})

/** Points anywhere, many of them on the antimeridian, at the poles and on round coordinates. */
const anyPoint = fc.record({
  lng: fc.oneof(
    fc.constantFrom(-180, 180, 179.999, -179.999, 0, 127),
    fc.double({ min: -180, max: 180, noNaN: true }),
  ),
  lat: fc.oneof(fc.constantFrom(-90, 90, 89.999, 0, 37.5), fc.double({ min: -90, max: 90, noNaN: true })),
})

describe('geographic filters of a segment', () => {
  const template = randomRows(1, 1, 1)[0]
  const rowsAt = (points: readonly { lng: number; lat: number }[]): IndexRow[] =>
    points.map(({ lng, lat }, i) => {
      return { ...template, id: rowId(i), lng, lat, geohash: ngeohash.encode(lat, lng, 12), closed: false }
    })
  const matching = (rows: readonly IndexRow[], filter: Filter) =>
    rows
      .filter(compileFilter(filter))
      .map(({ id }) => id)
      .sort()
  const found = (version: OpenVersion, filter: Filter) =>
    version
      .list({ by: 'popularity' }, filter, 10_000)
      .map(({ id }) => id)
      .sort()

  it('keep what a circle holds, anywhere on the earth and of any size', () => {
    fc.assert(
      fc.property(
        fc.array(anyPoint, { maxLength: 400 }),
        anyPoint,
        fc.oneof(fc.constantFrom(0, 1, 500, 1e6, 2.1e7), fc.double({ min: 0, max: 3e6, noNaN: true })),
        fc.integer(),
        (points, centre, radiusMeters, seed) => {
          const random = seededRandom(seed)
          // Some close to the centre, and some exactly on the border.
          const near = Array.from({ length: 300 }, () => ({
            lng: Math.max(-180, Math.min(180, centre.lng + (random() - 0.5) * 0.05)),
            lat: Math.max(-90, Math.min(90, centre.lat + (random() - 0.5) * 0.05)),
          }))
          const rows = rowsAt([...points, ...near])
          const version = openVersion(rows, 1)
          const radii = [radiusMeters, haversineMeters(centre, near[0]), haversineMeters(centre, near[1])]
          for (const radius of radii) {
            const filter = { circle: { ...centre, radiusMeters: radius } }
            expect(found(version, filter)).toEqual(matching(rows, filter))
          }
        },
      ),
      { numRuns: 80 },
    )
  })

  it('keep what a box or a polygon holds, holes and the antimeridian included', () => {
    fc.assert(
      fc.property(
        fc.array(anyPoint, { maxLength: 600 }),
        anyPoint,
        anyPoint,
        fc.double({ min: 0.01, max: 60, noNaN: true }),
        fc.integer(),
        (points, a, b, size, seed) => {
          const random = seededRandom(seed)
          const around = Array.from({ length: 300 }, () => ({
            lng: Math.max(-180, Math.min(180, a.lng + (random() - 0.5) * 2.5 * size)),
            lat: Math.max(-90, Math.min(90, a.lat + (random() - 0.5) * 2.5 * size)),
          }))
          const rows = rowsAt([...points, ...around])
          const version = openVersion(rows, 1)
          const wrap = (lng: number) => ((((lng + 180) % 360) + 360) % 360) - 180
          const star = (reach: number) => {
            const ring = Array.from({ length: 9 }, (_, i) => {
              const angle = (-2 * Math.PI * i) / 9
              const radius = reach * (0.4 + 0.6 * random())
              return [
                wrap(a.lng + radius * Math.cos(angle)),
                Math.max(-89, Math.min(89, a.lat + radius * Math.sin(angle))),
              ]
            })
            return [...ring, ring[0]]
          }
          const polygon: Filter = { polygon: { type: 'Polygon', coordinates: [star(size), star(size / 4)] } }
          const box: Filter = { bbox: [a.lng, Math.min(a.lat, b.lat), b.lng, Math.max(a.lat, b.lat)] }
          for (const filter of [polygon, box, { ...polygon, ...box }]) {
            expect(found(version, filter)).toEqual(matching(rows, filter))
          }
        },
      ),
      { numRuns: 80 },
    )
  })

  it('list the nearest first, from anywhere', () => {
    fc.assert(
      fc.property(fc.array(anyPoint, { minLength: 1, maxLength: 900 }), anyPoint, (points, from) => {
        const rows = rowsAt(points)
        const nearest = rows
          .map((row) => ({ id: row.id, score: 0 - haversineMeters(from, row) }))
          .sort((x, y) => y.score - x.score || (x.id < y.id ? -1 : 1))
        expect(openVersion(rows, 1).list({ by: 'distance', ...from }, {}, 25)).toEqual(nearest.slice(0, 25))
      }),
      { numRuns: 80 },
    )
  })
})

describe('the plan of a filter', () => {
  /** Rows of one density over a square that grows with their number. */
  function segmentOf(count: number): Segment {
    const random = seededRandom(9)
    const side = Math.sqrt(count / 160_000)
    const builder = new SegmentBuilder(1)
    const template = { ...randomRows(1, 1, 1)[0], closed: false }
    for (let i = 0; i < count; i++) {
      const [lng, lat] = [127 + (random() - 0.5) * side, 37 + (random() - 0.5) * side]
      const tags = i % 1000 === 0 ? ['rare'] : ['common']
      builder.add({ ...template, id: `p${i}`, lng, lat, geohash: ngeohash.encode(lat, lng, 12), tags })
    }
    return new Segment(builder.finish())
  }
  const [small, large] = [segmentOf(5000), segmentOf(80_000)]
  const blocks = (segment: Segment, filter: Filter) => planFilter(segment, filter).blocks.length

  it('touches as many blocks for a circle however many places lie elsewhere', () => {
    const filter = { circle: { lng: 127, lat: 37, radiusMeters: 1000 } }
    expect(blocks(small, filter)).toBeGreaterThan(0)
    expect(blocks(large, filter)).toBeLessThanOrEqual(1.5 * blocks(small, filter) + 4)
    expect(blocks(large, {})).toBe(80_000 / 64)
  })

  it('touches only the blocks of a rare word, and none for a word that no row has', () => {
    expect(blocks(large, { tags: ['rare'] })).toBeLessThanOrEqual(80)
    expect(blocks(large, { tags: ['nothing'] })).toBe(0)
    expect(blocks(large, { tags: ['rare'], geohashes: ['x'] })).toBe(0)
  })
})

describe('an open version under changes', () => {
  it(
    'answers as the brute force while changes become segments and segments merge',
    { timeout: 120_000 },
    async () => {
      const dim = 12
      const random = seededRandom(23)
      const workers = new SegmentThreads(2)
      const builder = new SegmentBuilder(dim)
      const rows = new Map(randomRows(23, 2000, dim).map((row) => [row.id, row]))
      for (const row of rows.values()) builder.add(row)
      const manifest = { version: 'v', dim, modelVersion: 'm', revision: 1, count: rows.size, users: 0 }
      const version = new OpenVersion(manifest, [builder.finish()], workers)
      let most = 0
      for (let round = 0; round < 60; round++) {
        const changed = randomRows(1000 + round, 300, dim).map((row) => ({
          ...row,
          id: rowId(Math.floor(random() * 9000)),
        }))
        const deleted = Array.from({ length: 100 }, () => rowId(Math.floor(random() * 9000)))
        version.upsert(changed)
        version.delete(deleted)
        for (const row of changed) rows.set(row.id, row)
        for (const id of deleted) rows.delete(id)
        most = Math.max(most, version.segmentCount)
        const filter = round % 2 === 0 ? {} : randomFilter(random)
        const vector = changed[0].vector
        const expected = brute([...rows.values()], vector, filter, 20)
        expect(await search(version, vector, filter, 20)).toEqual(expected)
        const batch = await version.searchAll([
          { vector, filter, k: 20 },
          { vector, filter: {}, k: 3 },
        ])
        expect(batch[0].map(({ id, score }) => ({ id, score }))).toEqual(expected)
        expect(batch[1]).toHaveLength(3)
      }
      await version.settle()
      expect(version.manifest.count).toBe(rows.size)
      expect(most).toBeGreaterThan(5)
      expect(version.segmentCount).toBeLessThan(most)
      await workers.close()
    },
  )
})
