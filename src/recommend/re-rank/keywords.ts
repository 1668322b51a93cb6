// Dislikes, by keyword: tags that a user's disliked places have and their other places lack count against a place.
import { lowered, type Step } from './step.ts'

/** Of a place that has nothing but such tags. */
const WEIGHT = 0.15
/** One disliked place says little about each of its tags: a share of 1 needs a few of them. */
const PRIOR_PLACES = 2

/** By the tags of the disliked places: a user's are kept as long as those of the liked ones (user-places.ts). */
const known = new WeakMap<readonly (readonly string[])[], ReadonlyMap<string, number>>()

export const keywords: Step = (list, { dislikedTags, likedTags }) => {
  if (dislikedTags.length === 0) return [...list]
  let against = known.get(dislikedTags)
  if (against === undefined) known.set(dislikedTags, (against = tagsAgainst(dislikedTags, likedTags)))
  if (against.size === 0) return [...list]
  return lowered(list, ({ place: { tags = [] } }) => {
    let sum = 0
    for (const tag of tags) sum += against.get(tag) ?? 0
    return sum === 0 ? 0 : (WEIGHT * sum) / tags.length
  })
}

/** By tag: how much larger its share of disliked places is than of liked ones, in (0, 1]. */
export function tagsAgainst(
  disliked: readonly (readonly string[])[],
  liked: readonly (readonly string[])[],
): Map<string, number> {
  if (disliked.length === 0) return new Map()
  const likedShares = shares(liked, 0)
  const against = new Map<string, number>()
  for (const [tag, share] of shares(disliked, PRIOR_PLACES)) {
    const excess = share - (likedShares.get(tag) ?? 0)
    if (excess > 0) against.set(tag, excess)
  }
  return against
}

function shares(places: readonly (readonly string[])[], prior: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (const tags of places) for (const tag of new Set(tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  for (const [tag, count] of counts) counts.set(tag, count / (places.length + prior))
  return counts
}
