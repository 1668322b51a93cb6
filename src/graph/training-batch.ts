// A step's users and negatives, and which of their entries each place collects. Leaves the arithmetic to training-phases.ts.
import type { Random } from '../math/random.ts'
import type { TrainingMemory } from './training-memory.ts'

/** Users of a step, and the places that serve them all as negatives; a user's own places are left out for that user. */
export interface Batch {
  readonly users: Uint32Array
  readonly negatives: Uint32Array
}

/**
 * Returns a function that deals uniform negatives, each place once in a step: hand after hand of a shuffled deck of all
 * places, which is shuffled anew when less than a hand is left. Of hands that are drawn independently some places are in
 * many and others in none, which is noise in their gradients (sampling without replacement: Cochran, Sampling Techniques,
 * 1977, chapter 2). @param hand places of a step; all of them where there are fewer
 */
export function createNegativeDealer(random: Random, places: number, hand: number): () => Uint32Array {
  const deck = Uint32Array.from({ length: places }, (_, place) => place)
  const size = Math.min(places, hand)
  let at = places
  return () => {
    if (at + size > places) {
      random.shuffle(deck)
      at = 0
    }
    at += size
    return deck.slice(at - size, at)
  }
}

/**
 * Returns a function that writes a batch to the memory that the phases read, and tells how many places the step reaches;
 * the negatives are the first of them. Entries are numbered by user: first the user's places, then what the user dislikes.
 */
export function createBatchWriter(memory: TrainingMemory): (batch: Batch) => number {
  const { batch, negativeAt, dislikes } = memory
  const { start } = memory.matrices
  const places = start.columns
  /** Where a place stands in `batch.rows`, if `seen` in this round. */
  const rowAt = new Uint32Array(places)
  const seen = new Uint32Array(places)
  const counts = new Uint32Array(places)
  let round = 0
  let before = new Uint32Array(0)

  return ({ users, negatives }) => {
    for (const place of before) negativeAt[place] = 0
    negatives.forEach((place, c) => (negativeAt[place] = c + 1))
    before = negatives.slice()
    batch.users.set(users)
    batch.negatives.set(negatives)

    round++
    let rows = 0
    const reach = (place: number) => {
      if (seen[place] !== round) {
        seen[place] = round
        counts[rows] = 0
        batch.rows[rows] = place
        rowAt[place] = rows++
      }
      return rowAt[place]
    }
    for (const place of negatives) reach(place)
    let entry = 0
    for (let i = 0; i < users.length; i++) {
      const user = users[i]
      batch.offsets[i] = entry
      for (const { starts, indices } of [start, dislikes]) {
        for (let e = starts[user]; e < starts[user + 1]; e++) {
          counts[reach(indices[e])]++
          batch.entryUsers[entry++] = i
        }
      }
    }
    batch.offsets[users.length] = entry

    batch.rowStarts[0] = 0
    for (let row = 0; row < rows; row++) {
      batch.rowStarts[row + 1] = batch.rowStarts[row] + counts[row]
      counts[row] = batch.rowStarts[row]
    }
    entry = 0
    for (const user of users) {
      for (const { starts, indices } of [start, dislikes]) {
        for (let e = starts[user]; e < starts[user + 1]; e++) {
          batch.rowEntries[counts[rowAt[indices[e]]]++] = entry++
        }
      }
    }
    return rows
  }
}
