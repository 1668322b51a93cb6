// Words of a text and the character n-grams in them, shared by the lexical encoder and the lexical index.
// Leaves weighing them to the two.

/** Scripts written without spaces between words, or (Hangul) with endings glued to them: n-grams find their parts. */
const DENSE = String.raw`[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]`
const WORD = new RegExp(String.raw`${DENSE}+|[[\p{L}\p{N}\p{M}]--${DENSE}]+`, 'gv')
const DENSE_WORD = new RegExp(`^${DENSE}`, 'v')

/** One spelling for what reads the same: NFKC (full width, ligatures, composed Hangul), lower case. */
export function normalizeText(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

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
