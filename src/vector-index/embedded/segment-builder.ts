// Rows in any order → a segment: sorted by place, coded, with its tree of boxes and its lists of words.
// Leaves where the arrays lie to segment-data.ts.
import { createScanKernels } from '../../math/scan-kernels.ts'
import { checkVector } from '../check-vector.ts'
import type { IndexRow } from '../port.ts'
import {
  allocate,
  ATTRIBUTES,
  BLOCK_ROWS,
  blocksOf,
  codeType,
  FAN_OUT,
  GEOHASH_LENGTH,
  layOut,
  LISTS,
  sectionAddress,
  sectionView,
  type AttributeName,
  type ListName,
  type SegmentArray,
  type SegmentData,
  type SegmentHeader,
  type SegmentStrings,
} from './segment-data.ts'

/** Vectors are gathered in pieces of this many rows, so that growing copies nothing. */
const PIECE_ROWS = 4096

export class SegmentBuilder {
  readonly #dim: number
  readonly #pieces: Float32Array[] = []
  readonly #ids: string[] = []
  readonly #geohashes: string[] = []
  readonly #lng: number[] = []
  readonly #lat: number[] = []
  readonly #popularity: number[] = []
  readonly #open: boolean[] = []
  readonly #lists = Object.fromEntries(LISTS.map((name) => [name, new ListValues()])) as Record<
    ListName,
    ListValues
  >
  readonly #hours = new Values<{ timeZone: string; minutes: readonly number[] | null }>()
  readonly #ratings = new Values<number | null>()
  readonly #priceLevels = new Values<number | null>()

  constructor(dim: number) {
    this.#dim = dim
  }

  /** Rows so far, ids that repeat counted each time. */
  get length(): number {
    return this.#ids.length
  }

  /** Of two rows with one id the later wins. Throws dim-mismatch or non-finite-vector. */
  add(row: IndexRow): void {
    checkVector(row.vector, this.#dim, `place "${row.id}"`)
    const at = this.#ids.length % PIECE_ROWS
    if (at === 0) this.#pieces.push(new Float32Array(PIECE_ROWS * this.#dim))
    this.#pieces[this.#pieces.length - 1].set(row.vector, at * this.#dim)
    this.#ids.push(row.id)
    this.#geohashes.push(row.geohash)
    this.#lng.push(row.lng)
    this.#lat.push(row.lat)
    this.#popularity.push(row.popularity)
    this.#open.push(!row.closed)
    for (const name of LISTS) this.#lists[name].add(row[name])
    const minutes = row.openMinutes === undefined ? null : row.openMinutes.flat()
    this.#hours.add(`${row.timeZone} ${minutes === null ? '-' : minutes.join()}`, () => {
      return { timeZone: row.timeZone, minutes }
    })
    const rating = row.rating ?? null
    this.#ratings.add(String(rating), () => rating)
    const priceLevel = row.priceLevel ?? null
    this.#priceLevels.add(String(priceLevel), () => priceLevel)
  }

  /** O(n log n) and n · dim. The builder is not to be used afterwards. */
  finish(): SegmentData {
    const { rows, idOrder, idRanks } = this.#order()
    const count = rows.length
    const strings: SegmentStrings = {
      words: mapLists((name) => this.#lists[name].words.values),
      hours: this.#hours.values,
      ratings: this.#ratings.values,
      priceLevels: this.#priceLevels.values,
    }
    const stringBytes = new TextEncoder().encode(JSON.stringify(strings))
    const ids = encodeIds(this.#ids, rows)
    const codes: Record<AttributeName, readonly number[]> = {
      ...mapLists((name) => this.#lists[name].codes),
      hours: this.#hours.codes,
      ratings: this.#ratings.codes,
      priceLevels: this.#priceLevels.codes,
    }
    const setCounts: Record<AttributeName, number> = {
      ...mapLists((name) => this.#lists[name].sets),
      hours: this.#hours.values.length,
      ratings: this.#ratings.values.length,
      priceLevels: this.#priceLevels.values.length,
    }
    const wordBlocks = mapLists((name) => this.#lists[name].blocks(rows))
    const stride = Math.ceil(this.#dim / 16) * 16
    const blocks = blocksOf(count)
    const { sections, storedBytes } = layOut({
      vectors: { type: 'f32', length: count * this.#dim },
      codes: { type: 'i8', length: count * stride },
      scales: { type: 'f32', length: count },
      errors: { type: 'f32', length: count },
      lng: { type: 'f64', length: count },
      lat: { type: 'f64', length: count },
      geohashes: { type: 'u8', length: count * GEOHASH_LENGTH },
      popularity: { type: 'f64', length: count },
      boxes: { type: 'f64', length: 4 * nodesOver(blocks) },
      openRows: { type: 'u32', length: 2 * blocks },
      idUnits: { type: ids.units instanceof Uint8Array ? 'u8' : 'u16', length: ids.units.length },
      idOffsets: { type: 'u32', length: count + 1 },
      idOrder: { type: 'u32', length: count },
      idRanks: { type: 'u32', length: count },
      strings: { type: 'u8', length: stringBytes.length },
      ...Object.fromEntries(
        ATTRIBUTES.map((name) => [`${name}/codes`, { type: codeType(setCounts[name]), length: count }]),
      ),
      ...Object.fromEntries(
        LISTS.flatMap((name) => [
          [`${name}/setOffsets`, { type: 'u32', length: this.#lists[name].sets + 1 }],
          [`${name}/setWords`, { type: 'u32', length: this.#lists[name].setWords.length }],
          [`${name}/blockOffsets`, { type: 'u32', length: wordBlocks[name].offsets.length }],
          [`${name}/blocks`, { type: 'u32', length: wordBlocks[name].blocks.length }],
        ]),
      ),
    })
    const pieces = this.#pieces
    const dim = this.#dim
    const header: SegmentHeader = {
      dim,
      stride,
      count,
      maxLength: maxLength(pieces, dim, this.#ids.length),
      setCounts,
      sections,
      storedBytes,
    }
    const data = allocate(header)
    const view = <T extends SegmentArray>(name: string) => sectionView<T>(data, name)
    const vectors = view<Float32Array>('vectors')
    const geohashes = view<Uint8Array>('geohashes')
    const [lng, lat, popularity] = [view('lng'), view('lat'), view('popularity')]
    const openRows = view<Uint32Array>('openRows')
    for (let row = 0; row < count; row++) {
      const from = rows[row]
      const start = (from % PIECE_ROWS) * dim
      vectors.set(pieces[Math.floor(from / PIECE_ROWS)].subarray(start, start + dim), row * dim)
      lng[row] = this.#lng[from]
      lat[row] = this.#lat[from]
      popularity[row] = this.#popularity[from]
      const geohash = this.#geohashes[from]
      for (let i = 0; i < GEOHASH_LENGTH; i++) geohashes[row * GEOHASH_LENGTH + i] = geohash.charCodeAt(i)
      if (this.#open[from]) openRows[row >> 5] |= 1 << (row & 31)
    }
    view('idUnits').set(ids.units)
    view('idOffsets').set(ids.offsets)
    view('idOrder').set(idOrder)
    view('idRanks').set(idRanks)
    view('strings').set(stringBytes)
    for (const name of ATTRIBUTES) {
      const out = view(`${name}/codes`)
      for (let row = 0; row < count; row++) out[row] = codes[name][rows[row]]
    }
    for (const name of LISTS) {
      view(`${name}/setOffsets`).set(this.#lists[name].setOffsets)
      view(`${name}/setWords`).set(this.#lists[name].setWords)
      view(`${name}/blockOffsets`).set(wordBlocks[name].offsets)
      view(`${name}/blocks`).set(wordBlocks[name].blocks)
    }
    fillBoxes(view('boxes'), lng as Float64Array, lat as Float64Array)
    const at = (name: string) => sectionAddress(header, name)
    createScanKernels(data.memory).encodeRows(
      at('vectors'),
      count,
      dim,
      at('codes'),
      stride,
      at('scales'),
      at('errors'),
    )
    return data
  }

  /** Rows that stay, in the order of (geohash, id), and their order by id. */
  #order() {
    const ids = this.#ids
    const byId = Uint32Array.from(ids.keys())
      .sort((a, b) => (ids[a] < ids[b] ? -1 : ids[a] > ids[b] ? 1 : b - a))
      .filter((row, index, all) => index === 0 || ids[row] !== ids[all[index - 1]])
    const high = new Float64Array(ids.length)
    const low = new Float64Array(ids.length)
    const rankOf = new Uint32Array(ids.length)
    byId.forEach((row, rank) => {
      high[row] = bytesAsNumber(this.#geohashes[row], 0)
      low[row] = bytesAsNumber(this.#geohashes[row], GEOHASH_LENGTH / 2)
      rankOf[row] = rank
    })
    const rows = byId.slice().sort((a, b) => high[a] - high[b] || low[a] - low[b] || rankOf[a] - rankOf[b])
    const idRanks = Uint32Array.from(rows, (row) => rankOf[row])
    const idOrder = new Uint32Array(rows.length)
    idRanks.forEach((rank, row) => (idOrder[rank] = row))
    return { rows, idOrder, idRanks }
  }
}

/** Distinct values by a key, and which of them each row has. */
class Values<T> {
  readonly values: T[] = []
  readonly codes: number[] = []
  readonly #codeOf = new Map<string, number>()

  add(key: string, value: () => T): void {
    this.codes.push(this.code(key, value))
  }

  code(key: string, value: () => T): number {
    let code = this.#codeOf.get(key)
    if (code === undefined) {
      code = this.values.push(value()) - 1
      this.#codeOf.set(key, code)
    }
    return code
  }
}

/** A list that begins so; `code` where one ends here. */
interface ListPrefix {
  readonly next: Map<string, ListPrefix>
  code: number | undefined
}

/** Lists of words: each distinct list once, by its words in the order that the row has them. */
class ListValues {
  readonly words = new Values<string>()
  readonly setOffsets: number[] = [0]
  readonly setWords: number[] = []
  readonly codes: number[] = []
  readonly #root: ListPrefix = { next: new Map(), code: undefined }

  get sets(): number {
    return this.setOffsets.length - 1
  }

  add(list: readonly string[]): void {
    let prefix = this.#root
    for (const word of list) {
      let next = prefix.next.get(word)
      if (next === undefined) {
        next = { next: new Map(), code: undefined }
        prefix.next.set(word, next)
      }
      prefix = next
    }
    if (prefix.code === undefined) {
      prefix.code = this.sets
      for (const word of list) this.setWords.push(this.words.code(word, () => word))
      this.setOffsets.push(this.setWords.length)
    }
    this.codes.push(prefix.code)
  }

  /** For each word the ascending blocks of `rows` in which it occurs. */
  blocks(rows: Uint32Array): { offsets: Uint32Array; blocks: Uint32Array } {
    const wordCount = this.words.values.length
    // Twice over the rows: count, then place.
    const last = new Int32Array(wordCount).fill(-1)
    const offsets = new Uint32Array(wordCount + 1)
    this.#eachWord(rows, (word, block) => {
      if (last[word] === block) return
      last[word] = block
      offsets[word + 1]++
    })
    for (let word = 0; word < wordCount; word++) offsets[word + 1] += offsets[word]
    const blocks = new Uint32Array(offsets[wordCount])
    const next = offsets.slice()
    last.fill(-1)
    this.#eachWord(rows, (word, block) => {
      if (last[word] === block) return
      last[word] = block
      blocks[next[word]++] = block
    })
    return { offsets, blocks }
  }

  #eachWord(rows: Uint32Array, visit: (word: number, block: number) => void): void {
    for (let row = 0; row < rows.length; row++) {
      const set = this.codes[rows[row]]
      for (let i = this.setOffsets[set]; i < this.setOffsets[set + 1]; i++) {
        visit(this.setWords[i], Math.floor(row / BLOCK_ROWS))
      }
    }
  }
}

function mapLists<T>(value: (name: ListName) => T): Record<ListName, T> {
  return Object.fromEntries(LISTS.map((name) => [name, value(name)])) as Record<ListName, T>
}

/** Six characters as one number that orders as they do. */
function bytesAsNumber(text: string, start: number): number {
  let number = 0
  for (let i = start; i < start + GEOHASH_LENGTH / 2; i++) number = number * 256 + (text.charCodeAt(i) & 255)
  return number
}

function encodeIds(ids: readonly string[], rows: Uint32Array) {
  const offsets = new Uint32Array(rows.length + 1)
  rows.forEach((row, index) => (offsets[index + 1] = offsets[index] + ids[row].length))
  let units: Uint8Array | Uint16Array = new Uint8Array(offsets[rows.length])
  for (let index = 0; index < rows.length; index++) {
    const id = ids[rows[index]]
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i)
      if (unit > 255 && units instanceof Uint8Array) units = Uint16Array.from(units)
      units[offsets[index] + i] = unit
    }
  }
  return { offsets, units }
}

/** Nodes of all levels of the tree over `blocks` leaves. */
function nodesOver(blocks: number): number {
  let nodes = 0
  for (let level = blocks; level > 0; level = level === 1 ? 0 : Math.ceil(level / FAN_OUT)) nodes += level
  return nodes
}

function fillBoxes(boxes: Float64Array, lng: Float64Array, lat: Float64Array): void {
  const blocks = blocksOf(lng.length)
  const join = (node: number, west: number, south: number, east: number, north: number) => {
    boxes[4 * node] = Math.min(boxes[4 * node], west)
    boxes[4 * node + 1] = Math.min(boxes[4 * node + 1], south)
    boxes[4 * node + 2] = Math.max(boxes[4 * node + 2], east)
    boxes[4 * node + 3] = Math.max(boxes[4 * node + 3], north)
  }
  for (let node = 0; node < boxes.length / 4; node++)
    boxes.set([Infinity, Infinity, -Infinity, -Infinity], 4 * node)
  for (let row = 0; row < lng.length; row++) {
    join(Math.floor(row / BLOCK_ROWS), lng[row], lat[row], lng[row], lat[row])
  }
  let [start, size] = [0, blocks]
  while (size > 1) {
    for (let i = 0; i < size; i++) {
      const child = 4 * (start + i)
      join(
        start + size + Math.floor(i / FAN_OUT),
        boxes[child],
        boxes[child + 1],
        boxes[child + 2],
        boxes[child + 3],
      )
    }
    start += size
    size = Math.ceil(size / FAN_OUT)
  }
}

function maxLength(pieces: readonly Float32Array[], dim: number, count: number): number {
  let largest = 0
  for (let row = 0; row < count; row++) {
    const piece = pieces[Math.floor(row / PIECE_ROWS)]
    const start = (row % PIECE_ROWS) * dim
    let sum = 0
    for (let i = start; i < start + dim; i++) sum += piece[i] * piece[i]
    if (sum > largest) largest = sum
  }
  return Math.sqrt(largest) * (1 + 1e-9)
}
