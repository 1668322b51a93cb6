// A name that was heard in a question, as the catalog writes it: "bluebottle" is 블루보틀, or "Blue Bottle".
// Leaves hearing it to text/name-sounds.ts.
import { localName, type Locale } from '../../domain/names.ts'
import type { Place } from '../../domain/place.ts'
import { withoutLastBrackets, wordsOf } from '../../text/words.ts'

/**
 * In the locale where the place has such a name: the name, or the word of it that stands where the heard one does. Undefined
 * where the place is not called so (any more).
 * @param key the name or one word of it, without spaces, as `wordsOf` gives them
 */
export function writtenName(place: Place, key: string, locale: Locale): string | undefined {
  const local = localName(place, locale)
  for (const name of [local, place.name, ...Object.values(place.names ?? {})]) {
    if ([name, withoutLastBrackets(name)].some((whole) => wordsOf(whole).join('') === key)) return local
    const at = partsOf(name).findIndex((part) => wordsOf(part).join('') === key)
    if (at < 0) {
      if (wordsOf(name).includes(key)) return key
      continue
    }
    const parts = partsOf(local)
    return parts.length === partsOf(name).length ? parts[at] : partsOf(name)[at]
  }
  return undefined
}

function partsOf(name: string): string[] {
  return name.split(/[\s,/]+/).filter((part) => wordsOf(part).length > 0)
}
