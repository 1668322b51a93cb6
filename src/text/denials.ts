// How English denies, in words and as expressions. Leaves what is denied to those who ask, Korean to their own rules.

const AUXILIARIES =
  'ai are ca could did do does had has have is must need should was were wo would'.replaceAll(' ', '|')

/** "not", "cannot", "never", "didn't", "dont". */
export const NOT = String.raw`\b(?:(?:can)?not|never|(?:${AUXILIARIES})n[’']?t)\b`

/** Behind "not" they say that there is more: "not only coffee but cake". */
export const NOT_ALL: readonly string[] = ['only', 'just', 'merely', 'simply']

/** Behind "can't recommend": "it enough", "this place any more highly", but not "it any more". */
export const ENOUGH = String.raw`\w*\s+(?:\w+\s+){0,2}(?:enough|(?:any\s+more\s+)?highly|(?<!\b(?:any|the)\s+)more)\b`
