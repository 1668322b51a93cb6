// The word lists by the name under which patterns of names ask for them ("{stem} 커피|{stem} Coffee").
// Leaves drawing and filling in to names.ts.
import { ASIAN, CHINESE, FAMILY, FRENCH, HOUSE, ITALIAN, JAPANESE, TOWN } from './kitchens.ts'
import { MODERN, NATURE, NIGHT, PLAYFUL } from './modern.ts'
import { SCENES } from './scenes.ts'
import { STEMS } from './stems.ts'

/** Lists of "한국어|English" pairs. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  stem: STEMS,
  scene: SCENES,
  family: FAMILY,
  town: TOWN,
  house: HOUSE,
  jp: JAPANESE,
  cn: CHINESE,
  it: ITALIAN,
  fr: FRENCH,
  asian: ASIAN,
  modern: MODERN,
  night: NIGHT,
  playful: PLAYFUL,
  nature: NATURE,
}
