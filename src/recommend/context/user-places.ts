// The places of a user's past, as every answer looks at them: those they acted on, and those they disliked.
// Leaves which those are to user-context.ts.
import type { Place } from '../../domain/place.ts'
import type { Live } from '../live/live.ts'
import type { UserContext } from './user-context.ts'

export interface UserPlaces {
  readonly acted: ReadonlyMap<string, Place>
  /** Tags of each of them. */
  readonly likedTags: readonly (readonly string[])[]
  /** `[dim]` of each disliked place that is indexed. */
  readonly dislikedVectors: readonly Float32Array[]
  readonly dislikedTags: readonly (readonly string[])[]
}

const known = new WeakMap<object, { readonly generation: object; readonly places: UserPlaces }>()

/** Kept as long as the user's history is, and the places are as they were. */
export async function userPlaces(
  live: Live,
  { acted, dislikes }: Pick<UserContext, 'acted' | 'dislikes'>,
): Promise<UserPlaces> {
  const kept = known.get(dislikes)
  if (kept?.generation === live.generation) return kept.places
  const [actedPlaces, disliked, vectors] = await Promise.all([
    live.places(acted.map(({ placeId }) => placeId)),
    live.places([...dislikes]),
    live.vectors([...dislikes]),
  ])
  const places = {
    acted: actedPlaces,
    likedTags: tagsOf(actedPlaces),
    dislikedVectors: [...vectors.values()],
    dislikedTags: tagsOf(disliked),
  }
  known.set(dislikes, { generation: live.generation, places })
  return places
}

function tagsOf(places: ReadonlyMap<string, Place>): (readonly string[])[] {
  return [...places.values()].map(({ tags }) => tags ?? [])
}
