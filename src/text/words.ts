// Words of a text and the character n-grams in them, shared by the offline encoder and the lexical index.
// Leaves weighing them to the two.

/** Scripts written without spaces between words, or (Hangul) with endings glued to them: n-grams find their parts. */
const DENSE = String.raw`[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]`
const WORD = new RegExp(String.raw`${DENSE}+|[[\p{L}\p{N}\p{M}]--${DENSE}]+`, 'gv')
const DENSE_WORD = new RegExp(`^${DENSE}`, 'v')

/** Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are sounds (the dakuten of が) and stay. */
const ACCENTS = /[\u0300-\u036F]/g

/**
 * One spelling for what reads, or is typed, the same: full width, ligatures and upper case folded, letters without their
 * accents ("Café" → "cafe"), Hangul and kana composed.
 */
export function normalizeText(text: string): string {
  return text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFKC').toLowerCase()
}

/**
 * The first stretch of `text` that reads as `word`, as it stands there; undefined where it does not occur.
 * @param word as `wordsOf` gives them
 */
export function quoteWord(text: string, word: string): string | undefined {
  let folded = ''
  /** Where each UTF-16 unit of `folded` comes from. */
  const origins: number[] = []
  const composed = text.normalize('NFC')
  let at = 0
  for (const character of composed) {
    const plain = normalizeText(character)
    for (let unit = 0; unit < plain.length; unit++) origins.push(at)
    folded += plain
    at += character.length
  }
  const start = folded.indexOf(word)
  if (word === '' || start < 0) return undefined
  return composed.slice(origins[start], origins[start + word.length] ?? composed.length)
}

/**
 * A name without what is said of it in brackets at its end, closed or not: "성산일출봉(UNESCO 세계자연유산)" → "성산일출봉";
 * itself where nothing stands before them.
 */
export function withoutLastBrackets(name: string): string {
  return name.replace(LAST_BRACKETS, '')
}

const LAST_BRACKETS =
  /\s*[([{（［〔【〈《](?<=[\p{L}\p{N}].*)[^()（）[\]［］{}]*[)\]}）］〕】〉》]?[^\p{L}\p{N}]*$/u

/** Words in order: runs of letters and digits, cut where the script changes ("BTS카페" → "bts", "카페"). */
export function wordsOf(text: string): string[] {
  return normalizeText(text).match(WORD) ?? []
}

/** Whether a word's parts count as words: "성수동카페거리" holds "카페". */
export function isDense(word: string): boolean {
  return DENSE_WORD.test(word)
}

/** All substrings of `size` UTF-16 units; none where the word is shorter. */
export function gramsOf(word: string, size: number): string[] {
  const grams: string[] = []
  for (let start = 0; start + size <= word.length; start++) grams.push(word.slice(start, start + size))
  return grams
}
