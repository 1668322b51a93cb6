// An opened segment: its rows by number, by id and by geohash, and the codes of words.
// Leaves filters to plan.ts, scans to segment-reader.ts.
import { LastUsed } from '../../math/last-used.ts'
import type { IndexRow } from '../port.ts'
import {
  blocksOf,
  GEOHASH_LENGTH,
  LISTS,
  sectionView,
  type ListName,
  type SegmentArray,
  type SegmentData,
  type SegmentStrings,
} from './segment-data.ts'

/** Rows by id that are remembered, those asked for last: some 100 bytes each. */
const KNOWN_ROWS = 50_000

export interface ListColumn {
  readonly words: readonly string[]
  readonly codeOf: ReadonlyMap<string, number>
  readonly codes: SegmentArray
  readonly setOffsets: Uint32Array
  readonly setWords: Uint32Array
  readonly blockOffsets: Uint32Array
  readonly blocks: Uint32Array
}

/** Immutable, but for `liveRows`. */
export class Segment {
  readonly data: SegmentData
  readonly count: number
  readonly dim: number
  readonly lng: Float64Array
  readonly lat: Float64Array
  readonly popularity: Float64Array
  readonly boxes: Float64Array
  /** A bit a row, as two words a block: not closed. */
  readonly openRows: Uint32Array
  /** A bit a row, as two words a block: neither deleted nor replaced. */
  readonly liveRows: Uint32Array
  readonly idRanks: Uint32Array
  readonly idOrder: Uint32Array
  readonly strings: SegmentStrings
  readonly lists: Readonly<Record<ListName, ListColumn>>
  readonly hourCodes: SegmentArray
  readonly ratingCodes: SegmentArray
  readonly priceLevelCodes: SegmentArray
  readonly #vectors: Float32Array
  readonly #geohashes: Uint8Array
  readonly #idUnits: Uint8Array | Uint16Array
  readonly #idOffsets: Uint32Array
  /** Of the caller's thread alone. */
  readonly #rowOf = new LastUsed<string, number>(KNOWN_ROWS)
  #liveCount: number
  #hides = 0

  constructor(data: SegmentData) {
    const view = <T extends SegmentArray>(name: string) => sectionView<T>(data, name)
    this.data = data
    this.count = data.header.count
    this.dim = data.header.dim
    this.#vectors = view('vectors')
    this.lng = view('lng')
    this.lat = view('lat')
    this.popularity = view('popularity')
    this.boxes = view('boxes')
    this.openRows = view('openRows')
    this.idRanks = view('idRanks')
    this.idOrder = view('idOrder')
    this.#geohashes = view('geohashes')
    this.#idUnits = view('idUnits')
    this.#idOffsets = view('idOffsets')
    this.hourCodes = view('hours/codes')
    this.ratingCodes = view('ratings/codes')
    this.priceLevelCodes = view('priceLevels/codes')
    // A decoder takes no shared memory: copied first.
    this.strings = JSON.parse(new TextDecoder().decode(view<Uint8Array>('strings').slice())) as SegmentStrings
    this.lists = Object.fromEntries(
      LISTS.map((name): [ListName, ListColumn] => {
        const words = this.strings.words[name]
        return [
          name,
          {
            words,
            codeOf: new Map(words.map((word, code) => [word, code])),
            codes: view(`${name}/codes`),
            setOffsets: view(`${name}/setOffsets`),
            setWords: view(`${name}/setWords`),
            blockOffsets: view(`${name}/blockOffsets`),
            blocks: view(`${name}/blocks`),
          },
        ]
      }),
    ) as Record<ListName, ListColumn>
    this.#liveCount = this.count
    this.liveRows = new Uint32Array(2 * blocksOf(this.count)).fill(0xffff_ffff)
    for (let row = this.count; row < 32 * this.liveRows.length; row++) {
      this.liveRows[row >> 5] &= ~(1 << (row & 31))
    }
  }

  get liveCount(): number {
    return this.#liveCount
  }

  /** Grows whenever `liveRows` changes. */
  get hides(): number {
    return this.#hides
  }

  isLive(row: number): boolean {
    return (this.liveRows[row >> 5] & (1 << (row & 31))) !== 0
  }

  /** Takes a row out; true where it was live. */
  hide(row: number): boolean {
    if (!this.isLive(row)) return false
    this.liveRows[row >> 5] &= ~(1 << (row & 31))
    this.#liveCount--
    this.#hides++
    return true
  }

  /** Read each time: that takes as long as to look it up among those that were asked for last. */
  id(row: number): string {
    const units = this.#idUnits
    const [start, end] = [this.#idOffsets[row], this.#idOffsets[row + 1]]
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = units
    const bytes = Buffer.from(
      buffer as ArrayBuffer,
      byteOffset + start * BYTES_PER_ELEMENT,
      (end - start) * BYTES_PER_ELEMENT,
    )
    return bytes.toString(BYTES_PER_ELEMENT === 1 ? 'latin1' : 'utf16le')
  }

  /** The row of an id, live or not; undefined where there is none. O(log n). */
  findRow(id: string): number | undefined {
    const known = this.#rowOf.get(id)
    if (known !== undefined) return known
    const after = this.rankAfter(id)
    if (after === 0) return undefined
    const row = this.idOrder[after - 1]
    if (this.#compareId(row, id) !== 0) return undefined
    this.#rowOf.set(id, row)
    return row
  }

  /** How many ids are not greater than `id`: the first rank after it. O(log n). */
  rankAfter(id: string): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compareId(this.idOrder[middle], id) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  vector(row: number): Float32Array {
    return this.#vectors.slice(row * this.dim, (row + 1) * this.dim)
  }

  /** Rows [from, to) whose geohash begins with `prefix`. */
  geohashRange(prefix: string): [from: number, to: number] {
    return [this.#geohashBound(prefix, false), this.#geohashBound(prefix, true)]
  }

  /** Codes of the words of a row, in the order of the row's list. */
  listWords(name: ListName, row: number): string[] {
    const { words, codes, setOffsets, setWords } = this.lists[name]
    const set = codes[row]
    return Array.from(setWords.subarray(setOffsets[set], setOffsets[set + 1]), (word) => words[word])
  }

  /** The row as it came. */
  row(row: number): IndexRow {
    const { timeZone, minutes } = this.strings.hours[this.hourCodes[row]]
    const rating = this.strings.ratings[this.ratingCodes[row]]
    const priceLevel = this.strings.priceLevels[this.priceLevelCodes[row]]
    const geohash = this.#geohashes.subarray(row * GEOHASH_LENGTH, (row + 1) * GEOHASH_LENGTH)
    return {
      id: this.id(row),
      vector: this.vector(row),
      lng: this.lng[row],
      lat: this.lat[row],
      geohash: String.fromCharCode(...geohash),
      regions: this.listWords('regions', row),
      spots: this.listWords('spots', row),
      categories: this.listWords('categories', row),
      tags: this.listWords('tags', row),
      ...(priceLevel !== null && { priceLevel }),
      ...(rating !== null && { rating }),
      closed: (this.openRows[row >> 5] & (1 << (row & 31))) === 0,
      ...(minutes !== null && {
        openMinutes: Array.from({ length: minutes.length / 2 }, (_, i): [number, number] => [
          minutes[2 * i],
          minutes[2 * i + 1],
        ]),
      }),
      timeZone,
      popularity: this.popularity[row],
    }
  }

  /** Below 0 where the row's id comes before `id` by UTF-16 code units. */
  #compareId(row: number, id: string): number {
    const [start, end] = [this.#idOffsets[row], this.#idOffsets[row + 1]]
    const shared = Math.min(end - start, id.length)
    for (let i = 0; i < shared; i++) {
      const difference = this.#idUnits[start + i] - id.charCodeAt(i)
      if (difference !== 0) return difference
    }
    return end - start - id.length
  }

  /** The first row whose geohash, cut to the prefix's length, is at least (`after`: greater than) the prefix. */
  #geohashBound(prefix: string, after: boolean): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      let order = 0
      for (let i = 0; i < prefix.length && order === 0; i++) {
        order = this.#geohashes[middle * GEOHASH_LENGTH + i] - prefix.charCodeAt(i)
      }
      if (order < 0 || (after && order === 0)) low = middle + 1
      else high = middle
    }
    return low
  }
}
