// The rows of one index version as typed columns, in ascending id order, and how rows become them.
// Leaves filters to column-filter.ts, files to version-files.ts.
import { checkVector } from '../../src/vector-index/check-vector.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'

/** One file each. n = number of rows. Lists are flat; `…Offsets` `[n + 1]` says where each row's entries begin. */
export const ARRAY_TYPES = {
  /** `[n, dim]` row-major. */
  vectors: Float32Array,
  /** float64, as the coordinates and ratings came: a place exactly on a border has to stay there. */
  lng: Float64Array,
  lat: Float64Array,
  /** `[n, 12]` ASCII. */
  geohashes: Uint8Array,
  regionOffsets: Uint32Array,
  /** Positions in the string table of the same kind. */
  regionCodes: Uint32Array,
  spotOffsets: Uint32Array,
  spotCodes: Uint32Array,
  categoryOffsets: Uint32Array,
  categoryCodes: Uint32Array,
  tagOffsets: Uint32Array,
  tagCodes: Uint32Array,
  /** 0: unknown. */
  priceLevels: Uint8Array,
  /** NaN: unknown. */
  ratings: Float64Array,
  closed: Uint8Array,
  openOffsets: Uint32Array,
  /** from, to, from, to, … in minutes of the local week; none for unknown hours. */
  openMinutes: Uint16Array,
  timeZoneCodes: Uint16Array,
  popularity: Float64Array,
} as const

export type ArrayName = keyof typeof ARRAY_TYPES

export const ARRAY_NAMES = Object.keys(ARRAY_TYPES) as ArrayName[]

export type Arrays = { readonly [K in ArrayName]: InstanceType<(typeof ARRAY_TYPES)[K]> }

/** The strings behind the codes, and the ids `[n]`, ascending: a row's number orders it as its id does. */
export interface StringTables {
  readonly ids: readonly string[]
  readonly regions: readonly string[]
  readonly spots: readonly string[]
  readonly categories: readonly string[]
  readonly tags: readonly string[]
  readonly timeZones: readonly string[]
}

export interface Columns extends Arrays, StringTables {
  readonly dim: number
}

export const GEOHASH_LENGTH = 12

/** The row of an id, by binary search; undefined where it is not indexed. */
export function findRow(ids: readonly string[], id: string): number | undefined {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ids[middle] < id) low = middle + 1
    else high = middle
  }
  return ids[low] === id ? low : undefined
}

/** Takes rows in any order; of two with one id the later wins. Holds columns only, never the rows. */
export class ColumnBuilder {
  readonly #dim: number
  readonly #ids: string[] = []
  readonly #vectors = new Growing(Float32Array)
  readonly #lng = new Growing(Float64Array)
  readonly #lat = new Growing(Float64Array)
  readonly #geohashes = new Growing(Uint8Array)
  readonly #regions = new WordLists()
  readonly #spots = new WordLists()
  readonly #categories = new WordLists()
  readonly #tags = new WordLists()
  readonly #priceLevels = new Growing(Uint8Array)
  readonly #ratings = new Growing(Float64Array)
  readonly #closed = new Growing(Uint8Array)
  readonly #openOffsets = new Growing(Uint32Array)
  readonly #openMinutes = new Growing(Uint16Array)
  readonly #timeZones = new WordLists()
  readonly #popularity = new Growing(Float64Array)

  constructor(dim: number) {
    this.#dim = dim
    this.#openOffsets.push(0)
  }

  /** Throws dim-mismatch or non-finite-vector. */
  add(row: IndexRow): void {
    checkVector(row.vector, this.#dim, `place "${row.id}"`)
    this.#ids.push(row.id)
    for (const value of row.vector) this.#vectors.push(value)
    this.#lng.push(row.lng)
    this.#lat.push(row.lat)
    for (let i = 0; i < GEOHASH_LENGTH; i++) this.#geohashes.push(row.geohash.charCodeAt(i) || 0)
    this.#regions.push(row.regions)
    this.#spots.push(row.spots)
    this.#categories.push(row.categories)
    this.#tags.push(row.tags)
    this.#priceLevels.push(row.priceLevel ?? 0)
    this.#ratings.push(row.rating ?? NaN)
    this.#closed.push(row.closed ? 1 : 0)
    for (const [from, to] of row.openMinutes ?? []) {
      this.#openMinutes.push(from)
      this.#openMinutes.push(to)
    }
    this.#openOffsets.push(this.#openMinutes.length)
    this.#timeZones.push([row.timeZone])
    this.#popularity.push(row.popularity)
  }

  finish(): Columns {
    const order = ascendingOrder(this.#ids)
    const regions = this.#regions.reorder(order)
    const spots = this.#spots.reorder(order)
    const categories = this.#categories.reorder(order)
    const tags = this.#tags.reorder(order)
    const open = reorderLists(this.#openOffsets.view(), this.#openMinutes.view(), order)
    return {
      dim: this.#dim,
      ids: Array.from(order, (row) => this.#ids[row]),
      vectors: reorder(this.#vectors.view(), this.#dim, order),
      lng: reorder(this.#lng.view(), 1, order),
      lat: reorder(this.#lat.view(), 1, order),
      geohashes: reorder(this.#geohashes.view(), GEOHASH_LENGTH, order),
      regions: this.#regions.words,
      regionOffsets: regions.offsets,
      regionCodes: regions.values,
      spots: this.#spots.words,
      spotOffsets: spots.offsets,
      spotCodes: spots.values,
      categories: this.#categories.words,
      categoryOffsets: categories.offsets,
      categoryCodes: categories.values,
      tags: this.#tags.words,
      tagOffsets: tags.offsets,
      tagCodes: tags.values,
      priceLevels: reorder(this.#priceLevels.view(), 1, order),
      ratings: reorder(this.#ratings.view(), 1, order),
      closed: reorder(this.#closed.view(), 1, order),
      openOffsets: open.offsets,
      openMinutes: open.values,
      timeZones: this.#timeZones.words,
      timeZoneCodes: Uint16Array.from(this.#timeZones.reorder(order).values),
      popularity: reorder(this.#popularity.view(), 1, order),
    }
  }
}

type NumericArray = Float32Array | Float64Array | Uint8Array | Uint16Array | Uint32Array

/** A typed array that doubles when it is full. */
class Growing<T extends NumericArray> {
  readonly #type: new (length: number) => T
  #array: T
  length = 0

  constructor(type: new (length: number) => T) {
    this.#type = type
    this.#array = new type(1024)
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new this.#type(2 * this.length)
      larger.set(this.#array)
      this.#array = larger
    }
    this.#array[this.length++] = value
  }

  view(): T {
    return this.#array.subarray(0, this.length) as T
  }
}

/** Lists of words, each word stored once. */
class WordLists {
  readonly words: string[] = []
  readonly #codeByWord = new Map<string, number>()
  readonly #offsets = new Growing(Uint32Array)
  readonly #codes = new Growing(Uint32Array)

  constructor() {
    this.#offsets.push(0)
  }

  push(list: readonly string[]): void {
    for (const word of list) {
      let code = this.#codeByWord.get(word)
      if (code === undefined) {
        code = this.words.push(word) - 1
        this.#codeByWord.set(word, code)
      }
      this.#codes.push(code)
    }
    this.#offsets.push(this.#codes.length)
  }

  reorder(order: Uint32Array) {
    return reorderLists(this.#offsets.view(), this.#codes.view(), order)
  }
}

/** Row numbers by ascending id; of equal ids only the last row. */
function ascendingOrder(ids: readonly string[]): Uint32Array {
  const order = Uint32Array.from(ids.keys()).sort((a, b) =>
    ids[a] < ids[b] ? -1 : ids[a] > ids[b] ? 1 : b - a,
  )
  return order.filter((row, index) => index === 0 || ids[row] !== ids[order[index - 1]])
}

/** Rows of `width` values each, in another order. */
function reorder<T extends NumericArray>(array: T, width: number, order: Uint32Array): T {
  const out = new (array.constructor as new (length: number) => T)(order.length * width)
  order.forEach((row, index) => out.set(array.subarray(row * width, (row + 1) * width), index * width))
  return out
}

function reorderLists<T extends NumericArray>(offsets: Uint32Array, values: T, order: Uint32Array) {
  const outOffsets = new Uint32Array(order.length + 1)
  order.forEach((row, index) => {
    outOffsets[index + 1] = outOffsets[index] + offsets[row + 1] - offsets[row]
  })
  const out = new (values.constructor as new (length: number) => T)(outOffsets[order.length])
  order.forEach((row, index) => out.set(values.subarray(offsets[row], offsets[row + 1]), outOffsets[index]))
  return { offsets: outOffsets, values: out }
}
