// Two places that are one: what the kept one gains, and how the other one is put aside and brought back.
// Leaves which places are one to match.ts.
import { MAX_REVIEWS, type Place } from '../../domain/place.ts'

/** Names the place that stands for this one; with it goes `closed`, so that answers leave it out. */
export const DUPLICATE_OF = 'duplicateOf'

/** `kept` with what it lacks of `other`; its own facts stay. */
export function completed(kept: Place, other: Place): Place {
  const gained = { ...other, ...kept }
  return {
    ...gained,
    names: { ...other.names, ...kept.names },
    attributes: { ...other.attributes, ...kept.attributes },
    categories: kept.categories.length > 0 ? kept.categories : other.categories,
    tags: union(kept.tags, other.tags, MAX_TAGS),
    images: union(kept.images, other.images, MAX_IMAGES),
    reviews: union(kept.reviews, other.reviews, MAX_REVIEWS),
  }
}

const MAX_TAGS = 200
const MAX_IMAGES = 50

export function putAside(other: Place, keptId: string): Place {
  return { ...other, closed: true, attributes: { ...other.attributes, [DUPLICATE_OF]: keptId } }
}

/** The place as it was before it was put aside. */
export function broughtBack({ attributes = {}, closed: _, ...place }: Place): Place {
  const { [DUPLICATE_OF]: __, ...rest } = attributes
  return { ...place, ...(Object.keys(rest).length > 0 && { attributes: rest }) }
}

function union(a: readonly string[] = [], b: readonly string[] = [], most: number): string[] | undefined {
  const all = [...new Set([...a, ...b])].slice(0, most)
  return all.length === 0 ? undefined : all
}
