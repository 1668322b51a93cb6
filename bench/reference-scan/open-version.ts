// One index version in memory: immutable columns, and over them the rows changed since it was built.
// Leaves files to version-files.ts, and keeping changes beyond the process to the catalog.
import type { LngLat } from '../../src/domain/position.ts'
import { haversineMeters } from '../../src/geo/distance.ts'
import { TopK } from '../../src/math/top-k.ts'
import { checkVector } from '../../src/vector-index/check-vector.ts'
import { compileFilter, type Filter } from '../../src/vector-index/filter.ts'
import type { Hit, IndexManifest, IndexRow, ListOrder } from '../../src/vector-index/port.ts'
import { compileColumnFilter } from './column-filter.ts'
import { findRow, type Columns } from './columns.ts'

/** Every call is synchronous: it sees all of a change or none, and one version only. */
export class OpenVersion {
  readonly #manifest: IndexManifest
  readonly #columns: Columns
  /** 1 for rows of the columns that were deleted, or replaced by a row of `#changes`. */
  readonly #hidden: Uint8Array
  readonly #changes = new Map<string, IndexRow>()
  #hiddenCount = 0

  constructor(manifest: IndexManifest, columns: Columns) {
    this.#manifest = manifest
    this.#columns = columns
    this.#hidden = new Uint8Array(columns.ids.length)
  }

  /** `count` includes the changes. */
  get manifest(): IndexManifest {
    return { ...this.#manifest, count: this.#columns.ids.length - this.#hiddenCount + this.#changes.size }
  }

  /** Exact: O(n · dim) for what the filter lets through. Scores accumulate in float64. */
  search(vector: Float32Array, filter: Filter, k: number): Hit[] {
    const { dim, vectors } = this.#columns
    checkVector(vector, dim, 'the query')
    return this.#best(
      filter,
      k,
      (row) => innerProduct(vector, vectors, row * dim, dim),
      (change) => innerProduct(vector, change.vector, 0, dim),
    )
  }

  list(order: ListOrder, filter: Filter, k: number): Hit[] {
    const { lng, lat, popularity } = this.#columns
    if (order.by === 'popularity') {
      return this.#best(
        filter,
        k,
        (row) => popularity[row],
        (change) => change.popularity,
      )
    }
    const point = { lng: 0, lat: 0 }
    // 0 − x, for −x of a distance of 0 would be −0.
    const nearness = (to: LngLat) => 0 - haversineMeters(order, to)
    return this.#best(
      filter,
      k,
      (row) => {
        point.lng = lng[row]
        point.lat = lat[row]
        return nearness(point)
      },
      nearness,
    )
  }

  matching(ids: readonly string[], filter: Filter): string[] {
    const rowMatches = compileColumnFilter(this.#columns, filter)
    const changeMatches = compileFilter(filter)
    return ids.filter((id) => {
      const change = this.#changes.get(id)
      if (change !== undefined) return changeMatches(change)
      const row = this.#visibleRow(id)
      return row !== undefined && rowMatches(row)
    })
  }

  /** Copies: a view would keep a whole version in memory after a switch. */
  vectors(ids: readonly string[]): Map<string, Float32Array> {
    const { dim, vectors } = this.#columns
    const found = new Map<string, Float32Array>()
    for (const id of ids) {
      const change = this.#changes.get(id)
      const row = change === undefined ? this.#visibleRow(id) : undefined
      if (change !== undefined) found.set(id, change.vector.slice())
      else if (row !== undefined) found.set(id, vectors.slice(row * dim, (row + 1) * dim))
    }
    return found
  }

  count(filter: Filter): number {
    const rowMatches = compileColumnFilter(this.#columns, filter)
    const changeMatches = compileFilter(filter)
    let count = 0
    for (let row = 0; row < this.#hidden.length; row++) {
      if (this.#hidden[row] === 0 && rowMatches(row)) count++
    }
    for (const change of this.#changes.values()) if (changeMatches(change)) count++
    return count
  }

  /** Throws dim-mismatch or non-finite-vector, and then changes nothing. */
  upsert(rows: readonly IndexRow[]): void {
    for (const row of rows) checkVector(row.vector, this.#columns.dim, `place "${row.id}"`)
    for (const row of rows) {
      this.#hide(row.id)
      // A copy: the caller may reuse its vector, and a view would keep a whole batch in memory.
      this.#changes.set(row.id, { ...row, vector: row.vector.slice() })
    }
  }

  delete(ids: readonly string[]): void {
    for (const id of ids) {
      this.#changes.delete(id)
      this.#hide(id)
    }
  }

  #best(
    filter: Filter,
    k: number,
    scoreRow: (row: number) => number,
    scoreChange: (change: IndexRow) => number,
  ): Hit[] {
    const { ids } = this.#columns
    const rowMatches = compileColumnFilter(this.#columns, filter)
    const changeMatches = compileFilter(filter)
    const top = new TopK<string>(k)
    for (let row = 0; row < ids.length; row++) {
      if (this.#hidden[row] === 1 || !rowMatches(row)) continue
      const score = scoreRow(row)
      // Rows come by ascending id: one that ties with the worst kept comes too late.
      if (score > top.threshold) top.offer(score, ids[row])
    }
    for (const change of this.#changes.values()) {
      if (changeMatches(change)) top.offer(scoreChange(change), change.id)
    }
    return top.sorted()
  }

  #visibleRow(id: string): number | undefined {
    const row = findRow(this.#columns.ids, id)
    return row === undefined || this.#hidden[row] === 1 ? undefined : row
  }

  #hide(id: string): void {
    const row = this.#visibleRow(id)
    if (row === undefined) return
    this.#hidden[row] = 1
    this.#hiddenCount++
  }
}

/** Inner product of a query `[dim]` with the `dim` values of `rows` from `start` on, accumulated in float64. */
function innerProduct(query: Float32Array, rows: Float32Array, start: number, dim: number): number {
  let sum = 0
  for (let i = 0; i < dim; i++) sum += query[i] * rows[start + i]
  return sum
}
