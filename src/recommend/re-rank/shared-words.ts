// What shares tags and keywords with disliked places steps back, unless the user likes places with them too.
import type { Place } from '../../domain/place.ts'
import type { Demotion } from './step.ts'

/** A word of one disliked place counts a third, of four two thirds: one dislike may have any reason. */
const PRIOR_PLACES = 2
/** Places acted on that are looked at. */
const COMPARED_PLACES = 100

/**
 * By the words that speak most against an entry: for a word on d disliked and l liked places of the user
 * (d − l) / (d + l + PRIOR_PLACES), the mean of the two greatest.
 */
export const sharedWords: Demotion = ({ disliked, context, actedPlaces }) => {
  const against = new Map<string, { disliked: number; liked: number }>()
  for (const { place } of disliked) {
    for (const word of wordsOf(place)) {
      const count = against.get(word)
      if (count === undefined) against.set(word, { disliked: 1, liked: 0 })
      else count.disliked++
    }
  }
  if (against.size === 0) return undefined
  for (const { placeId } of context.acted.slice(0, COMPARED_PLACES)) {
    for (const word of wordsOf(actedPlaces.get(placeId))) {
      const count = against.get(word)
      if (count !== undefined) count.liked++
    }
  }
  const share = new Map(
    [...against].map(([word, { disliked: d, liked: l }]) => [word, (d - l) / (d + l + PRIOR_PLACES)]),
  )
  return ({ place }) => {
    let first = 0
    let second = 0
    for (const word of wordsOf(place)) {
      const value = share.get(word) ?? 0
      if (value > first) [first, second] = [value, first]
      else if (value > second) second = value
    }
    return (first + second) / 2
  }
}

const NO_WORDS: readonly string[] = []
/** Of places that were asked about: they stay the same objects while they do not change (place-cache.ts). */
const known = new WeakMap<Place, readonly string[]>()

/** Each word once: tags as they are, keywords by the cluster that they belong to. */
function wordsOf(place: Place | undefined): readonly string[] {
  if (place === undefined) return NO_WORDS
  let words = known.get(place)
  if (words === undefined) {
    const { tags = [], keywords = [] } = place
    words = [...new Set([...tags, ...keywords.map(({ id }) => `keyword ${id}`)])]
    known.set(place, words)
  }
  return words
}
