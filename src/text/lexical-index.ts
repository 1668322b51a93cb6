// Word search (BM25) over places in memory, kept current place by place; it can be stored, and opened as it was.
// Leaves the words to words.ts, scores to word-scores.ts, filters and fusion with vectors to recommend/.
import { TopK } from '../math/top-k.ts'
import { searchedWords } from './function-words.ts'
import { NameSounds } from './name-sounds.ts'
import { queryCoverage, surfaceTerms } from './query-words.ts'
import type { LexicalDocument, LexicalHit, LexicalIndex } from './port.ts'
import {
  entriesOf,
  grown,
  hasEntry,
  mergePostings,
  PostingsBuilder,
  timesOf,
  type Postings,
} from './postings.ts'
import { NAME_MARK, TermDictionary } from './term-dictionary.ts'
import { WordScores } from './word-scores.ts'
import { slipsOf } from './spelling.ts'
import { gramsOf, isDense, withoutLastBrackets, wordsOf } from './words.ts'

/** How much a match counts by field: what a place is called tells more than what is said of it. */
const FIELD_BOOSTS = {
  name: 4,
  names: 3,
  categories: 2,
  tags: 2,
  areas: 1.5,
  description: 1,
  address: 0.5,
} as const

type Field = keyof typeof FIELD_BOOSTS
const FIELDS = Object.keys(FIELD_BOOSTS) as Field[]
/** After the fields: what a place is called, as a whole and word by word (NAME_MARK), with a bit for each. */
const NAME_FIELD = FIELDS.length
const WORD_OF_NAME = 1
const WHOLE_NAME = 2

/**
 * A score counts by this power of the share of the query's words that a place holds. Half of two words count a sixteenth:
 * more than that a word in a name, tags and category (boosts 4 + 2 + 2) would outweigh both words in a description.
 */
const COVERAGE_POWER = 4
/** Shorter words have too many neighbours one slip away. */
const MIN_FUZZY_LENGTH = 5
const MIN_PREFIX_LENGTH = 3
/** One slip in so many letters is forgiven, up to MAX_SLIPS. */
const LETTERS_A_SLIP = 5
const MAX_SLIPS = 6
/** What a longer word and a misspelt one count against the word itself, before the share of letters that differ. */
const PREFIX_WEIGHT = 0.375
const FUZZY_WEIGHT = 0.45
/** A letter too many weighs so much less than one that is wrong. */
const PREFIX_LETTER = 0.3

/** A part is merged with the one before it once it is a fourth as large: some nine parts at 200,000 places. */
const MERGE_RATIO = 4
/** Gone documents that are put up with before all parts are made anew; as many as there are others, at least these. */
const MIN_GONE = 1000

/** An index as arrays: documents and terms by number, in one part. */
export interface StoredLexicalIndex {
  readonly terms: readonly string[]
  /** How a name or a word of one sounds, by number of its term; '' for other terms. */
  readonly skeletons: readonly string[]
  readonly ids: readonly string[]
  /** `[documents, fields]` */
  readonly lengths: Uint16Array
  readonly postings: Postings
}

export interface StorableLexicalIndex extends LexicalIndex {
  /** The index as it is now, which the next change may alter. O(entries) after changes. */
  stored(): StoredLexicalIndex
}

/**
 * An empty index, or a stored one. Korean is found by syllable pairs ("카페" in "성수동카페거리", whatever its endings), spaced
 * words by spelling, beginning or one slip in five letters. Places named exactly as the query come first, and of others those
 * that hold more of its words (COVERAGE_POWER).
 *
 * BM25+ of each field and term (Robertson and Zaragoza 2009; Lv and Zhai, CIKM 2011), summed: k = 1.2, b = 0.7, δ = 0.5. Every
 * entry of the query's terms is read, a few nanoseconds each: the power of coverage cannot be bounded term by term, which is
 * what MaxScore (Turtle and Flood 1995) skips by.
 */
export function createLexicalIndex(stored?: StoredLexicalIndex): StorableLexicalIndex {
  let dictionary = new TermDictionary(stored?.terms)
  let sounds = new NameSounds(dictionary, stored?.skeletons)
  let parts: Postings[] = stored === undefined ? [] : [stored.postings]
  const builder = new PostingsBuilder()
  let ids: string[] = stored === undefined ? [] : [...stored.ids]
  let numberById = new Map(ids.map((id, number) => [id, number]))
  /** Documents that are not gone: 1. */
  let alive = new Uint8Array(ids.length).fill(1)
  /** Different tokens of each field, `[documents, fields]`. */
  let lengths = stored === undefined ? new Uint16Array(0) : stored.lengths
  let lengthSums = sumLengths()
  const scores = new WordScores(FIELDS.map((field) => FIELD_BOOSTS[field]))

  function sumLengths(): Float64Array {
    const sums = new Float64Array(FIELDS.length)
    for (let i = 0; i < ids.length * FIELDS.length; i++) sums[i % FIELDS.length] += lengths[i]
    return sums
  }

  function add(document: LexicalDocument): void {
    const number = ids.push(document.id) - 1
    numberById.set(document.id, number)
    if (number >= alive.length) {
      alive = grown(alive, Math.max(1024, 2 * number))
      lengths = grown(lengths, alive.length * FIELDS.length)
    }
    alive[number] = 1
    for (const [field, name] of FIELDS.entries()) {
      const value = document[name]
      // A line break keeps words of different entries apart.
      const times = countEach(tokensOf(typeof value === 'string' ? value : value.join('\n'), name))
      for (const [token, count] of times) builder.add(dictionary.add(token), number, field, count)
      lengths[number * FIELDS.length + field] = times.size
      lengthSums[field] += lengths[number * FIELDS.length + field]
    }
    for (const [text, kinds] of spokenOf([document.name, ...document.names]))
      builder.add(sounds.add(NAME_MARK + text), number, NAME_FIELD, kinds)
  }

  function remove(id: string): void {
    const number = numberById.get(id)
    if (number === undefined) return
    numberById.delete(id)
    ids[number] = ''
    alive[number] = 0
    for (let field = 0; field < FIELDS.length; field++)
      lengthSums[field] -= lengths[number * FIELDS.length + field]
    if (ids.length - numberById.size > Math.max(MIN_GONE, numberById.size)) compact()
  }

  /** What was added is searched as a part of its own, until it is merged with those before. */
  function seal(): void {
    if (builder.isEmpty) return
    parts.push(builder.finish())
    while (parts.length > 1) {
      const [before, last] = parts.slice(-2)
      if (last.documents.length * MERGE_RATIO < before.documents.length) break
      parts.splice(-2, 2, mergePostings([before, last], { alive }))
    }
  }

  /** One part, without documents that are gone and terms that only they had; both get new numbers. */
  function compact(): void {
    seal()
    const isCompact =
      parts.length === 1 && ids.length === numberById.size && parts[0].terms.length === dictionary.size
    if (isCompact) return
    const numbers = new Uint32Array(ids.length)
    const kept = ids.flatMap((id, number) => (alive[number] === 1 ? [[id, number] as const] : []))
    kept.forEach(([, number], next) => (numbers[number] = next))
    const merged = mergePostings(parts, { alive, numbers })
    const keptLengths = new Uint16Array(kept.length * FIELDS.length)
    kept.forEach(([, from], next) => {
      const at = from * FIELDS.length
      keptLengths.set(lengths.subarray(at, at + FIELDS.length), next * FIELDS.length)
    })
    const terms = Array.from(merged.terms, (term) => dictionary.terms[term])
    const skeletons = Array.from(merged.terms, (term) => sounds.skeletonOf(term))
    dictionary = new TermDictionary(terms)
    sounds = new NameSounds(dictionary, skeletons)
    parts = [{ ...merged, terms: merged.terms.map((_, number) => number) }]
    ids = kept.map(([id]) => id)
    numberById = new Map(ids.map((id, number) => [id, number]))
    alive = new Uint8Array(ids.length).fill(1)
    lengths = keptLengths
    lengthSums = sumLengths()
  }

  /** Those that hold a term, ascending. */
  function documentsOf(term: string): number[] {
    const number = dictionary.numberOf(term)
    if (number === undefined) return []
    const found: number[] = []
    for (const part of parts) {
      const [from, to] = entriesOf(part, number)
      for (let i = from; i < to; i++) {
        const document = part.documents[i]
        if (alive[document] === 1 && found.at(-1) !== document) found.push(document)
      }
    }
    return found
  }

  /** Those that hold a word of a query, or one like it. */
  function documentsWith(word: string): Set<number> {
    const found = new Set([...expand(word).keys()].flatMap(documentsOf))
    if (found.size > 0 || !isDense(word) || word.length < 3) return found
    const [rarest, ...others] = gramsOf(word, 2)
      .map(documentsOf)
      .sort((a, b) => a.length - b.length)
    const sets = others.map((documents) => new Set(documents))
    return new Set(rarest.filter((document) => sets.every((documents) => documents.has(document))))
  }

  /** Terms that stand for a token of a query, with what each counts. */
  function expand(token: string): Map<string, number> {
    const terms = new Map([[token, 1]])
    if (isDense(token)) return terms
    if (token.length >= MIN_FUZZY_LENGTH) {
      const slips = Math.min(MAX_SLIPS, Math.round(token.length / LETTERS_A_SLIP))
      for (const [term, distance] of dictionary.near(token, slips))
        terms.set(term, (FUZZY_WEIGHT * term.length) / (term.length + distance))
    }
    if (token.length >= MIN_PREFIX_LENGTH) {
      for (const term of dictionary.longer(token)) {
        const more = term.length - token.length
        terms.set(term, (PREFIX_WEIGHT * term.length) / (term.length + PREFIX_LETTER * more))
      }
    }
    return terms
  }

  /** Documents called so, apart from spacing and punctuation. */
  function documentsNamed(query: string): Set<number> {
    const number = dictionary.numberOf(NAME_MARK + wordsOf(query).join(''))
    if (number === undefined) return new Set()
    return new Set(
      parts.flatMap((part) => {
        const [from, to] = entriesOf(part, number)
        const isWhole = (_: number, i: number) => (timesOf(part.codes[from + i]) & WHOLE_NAME) !== 0
        return Array.from(part.documents.subarray(from, to).filter(isWhole))
      }),
    )
  }

  return {
    get size() {
      return numberById.size
    },
    upsert(document) {
      remove(document.id)
      add(document)
    },
    delete: remove,
    stored() {
      compact()
      const { terms } = dictionary
      const skeletons = terms.map((_, number) => sounds.skeletonOf(number))
      const length = ids.length * FIELDS.length
      return { terms, skeletons, ids, lengths: lengths.slice(0, length), postings: parts[0] ?? NO_POSTINGS }
    },
    holds(text) {
      seal()
      const words = searchedWords(text)
      if (words.length === 0) return false
      let together: Set<number> | undefined
      for (const word of words) {
        const found = documentsWith(word)
        together = together === undefined ? found : together.intersection(found)
        if (together.size === 0) return false
      }
      return true
    },
    isNamed(text, { wholly = false } = {}) {
      seal()
      if (wholly) return [...documentsNamed(text)].some((document) => alive[document] === 1)
      return documentsOf(NAME_MARK + wordsOf(text).join('')).length > 0
    },
    count(word) {
      seal()
      return documentsWith(word).size
    },
    soundsLike(word, { surely = false } = {}) {
      seal()
      const name = sounds.alike(word, { surely, placesOf: (term) => documentsOf(term).length })
      return name === undefined ? undefined : { name, id: ids[documentsOf(NAME_MARK + name)[0]] }
    },
    slipOf(word) {
      seal()
      let best: string | undefined
      let most = 0
      for (const other of slipsOf(word)) {
        const { length } = documentsOf(NAME_MARK + other)
        if (length > most) [best, most] = [other, length]
      }
      return best
    },
    search(query, limit, within) {
      seal()
      const words = searchedWords(query)
      const wanted = new Set(words)
      const times = countEach(
        wordsOf(query)
          .filter((word) => wanted.has(word))
          .flatMap((word) => tokensOf(word)),
      )
      const tokens = [...times.keys()]
      const expanded = tokens.map(expand)
      const usable = within === undefined ? alive : only(within)
      scores.begin({ documents: ids.length, tokens: tokens.length })
      for (const [token, terms] of expanded.entries()) {
        for (const [term, weight] of terms) {
          const number = dictionary.numberOf(term)
          if (number === undefined) continue
          const entries = parts.map((part) => ({ part, range: entriesOf(part, number) }))
          const collection = { alive, count: numberById.size, lengths, lengthSums }
          scores.add(entries, collection, { token, weight: weight * times.get(tokens[token])!, usable })
        }
      }
      const bestScore = scores.scaleByCoverage(queryCoverage(words, tokens), COVERAGE_POWER)
      const named = documentsNamed(query)
      const holders = rememberedHolders()
      const top = new TopK<string>(limit)
      for (const document of scores.documents) {
        const score = scores.of(document) + (named.has(document) ? bestScore : 0)
        if (score >= top.threshold) top.offer(score, ids[document])
      }
      return top.sorted().map(({ id, score }): LexicalHit => {
        const document = numberById.get(id)!
        const held = (token: number) => scores.holds(document, token)
        return {
          id,
          score,
          coverage: scores.coverageOf(document),
          named: named.has(document),
          terms: surfaceTerms(words, matchedTerms(document, expanded, held), holders),
        }
      })
    },
  }

  /** How many documents hold a term; of a dense word without a term of its own, its rarest pair. */
  function rememberedHolders(): (term: string) => number {
    const known = new Map<string, number>()
    return (term) => {
      let count = known.get(term)
      if (count === undefined) {
        const isPaired = isDense(term) && term.length > 2
        count = Math.min(...(isPaired ? gramsOf(term, 2) : [term]).map((part) => documentsOf(part).length))
        known.set(term, count)
      }
      return count
    }
  }

  /** Terms of the document that stand for the tokens it holds. */
  function matchedTerms(
    document: number,
    expanded: readonly ReadonlyMap<string, number>[],
    isHeld: (token: number) => boolean,
  ): string[] {
    const holds = (term: string) => {
      const number = dictionary.numberOf(term)
      if (number === undefined) return false
      return parts.some((part) => hasEntry(part, entriesOf(part, number), document))
    }
    return expanded.flatMap((terms, token) => {
      if (!isHeld(token)) return []
      const all = [...terms.keys()]
      return all.length === 1 ? all : all.filter(holds)
    })
  }

  function only(within: readonly string[]): Uint8Array {
    const usable = new Uint8Array(ids.length)
    for (const id of within) {
      const number = numberById.get(id)
      if (number !== undefined) usable[number] = 1
    }
    return usable
  }
}

const NO_POSTINGS: Postings = {
  terms: new Uint32Array(0),
  starts: new Uint32Array(1),
  documents: new Uint32Array(0),
  codes: new Uint8Array(0),
}

/**
 * Words, and the pairs in words of dense scripts. Not everywhere both, for a quarter of the memory: whole dense words
 * matter in names, elsewhere their pairs find them; parts of an address are words already.
 * @param field absent for a query, which asks for both
 */
function tokensOf(text: string, field?: Field): string[] {
  const tokens: string[] = []
  for (const word of wordsOf(text)) {
    const hasPairs = word.length > 2 && isDense(word) && field !== 'address'
    if (!hasPairs || field === undefined || field === 'name' || field === 'names') tokens.push(word)
    if (hasPairs) for (const pair of gramsOf(word, 2)) tokens.push(pair)
  }
  return tokens
}

/** What names are called by, each once: their words, and each name as one word. */
function spokenOf(names: readonly string[]): Map<string, number> {
  const spoken = new Map<string, number>()
  const add = (text: string, kind: number) => spoken.set(text, (spoken.get(text) ?? 0) | kind)
  for (const name of names) {
    const words = wordsOf(name)
    for (const word of words) add(word, WORD_OF_NAME)
    // Spacing and punctuation do not make another name: "Café, Dodam" and "café dodam". Nor does what is said of it in
    // brackets: "성산일출봉(UNESCO 세계자연유산)".
    for (const whole of new Set([words.join(''), wordsOf(withoutLastBrackets(name)).join('')]))
      if (whole !== '') add(whole, WHOLE_NAME)
  }
  return spoken
}

function countEach(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
