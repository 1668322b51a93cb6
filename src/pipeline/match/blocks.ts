// Which places are worth comparing: near each other, and alike in at least one part of name, phone or address.
// Leaves comparing to score.ts.
import ngeohash from 'ngeohash'
import type { Subject } from './subject.ts'

/** Cells of some 150 m: with its neighbours each reaches at least 150 m around a place. */
const CELL_LENGTH = 7
/** Beginnings and ends of words: one slip leaves one of them. */
const PIECE = 3
/** A piece of more subjects than this in one cell says nothing there: "hotel" in a street of hotels. */
const MAX_IN_CELL = 200

/**
 * Pairs of indexes `[i, j]`, i < j, each once: in the same or neighbouring cells with a piece in common.
 * @param isNew pairs without a new subject are left out
 */
export function* candidatePairs(
  subjects: readonly Subject[],
  isNew: (subject: Subject) => boolean,
): Generator<[number, number]> {
  const members = new Map<string, number[]>()
  const pieces = subjects.map(piecesOf)
  subjects.forEach(({ geohash }, index) => {
    for (const piece of pieces[index]) {
      const key = `${geohash.slice(0, CELL_LENGTH)} ${piece}`
      const list = members.get(key)
      if (list === undefined) members.set(key, [index])
      else list.push(index)
    }
  })
  for (let i = 0; i < subjects.length; i++) {
    const cell = subjects[i].geohash.slice(0, CELL_LENGTH)
    const found = new Set<number>()
    for (const near of [cell, ...ngeohash.neighbors(cell)]) {
      for (const piece of pieces[i]) {
        const list = members.get(`${near} ${piece}`) ?? []
        if (list.length > MAX_IN_CELL) continue
        for (const j of list) if (j > i) found.add(j)
      }
    }
    const isNewHere = isNew(subjects[i])
    for (const j of [...found].sort((a, b) => a - b)) if (isNewHere || isNew(subjects[j])) yield [i, j]
  }
}

function piecesOf({ names, phone, address }: Subject): Set<string> {
  const pieces = new Set<string>()
  for (const { latin, consonants } of names.flat()) {
    if (latin.length >= PIECE) pieces.add(`<${latin.slice(0, PIECE)}`).add(`${latin.slice(-PIECE)}>`)
    else pieces.add(`<${latin}>`)
    if (consonants.length > 1) pieces.add(`~${consonants.slice(0, PIECE)}`)
  }
  if (phone !== undefined) pieces.add(`#${phone}`)
  const [number] = address?.numbers ?? []
  // The number alone, for a street may be written in any way: names of the block tell.
  if (number !== undefined) pieces.add(`@${number}`)
  return pieces
}
