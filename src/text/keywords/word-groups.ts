// Words that mean the same, by their vectors: "예쁘" and "이쁘". Phrases whose words are of the same groups are one keyword.
// Leaves vectors to the embedding model, naming to names.ts.
import { createRandom } from '../../math/random.ts'
import { dot, dots } from '../../math/vector.ts'
import { COMPLAINTS, EMPTY_ALONE, NEGATIONS } from './stop-words.ts'

/**
 * How near two words have to be, as a quantile of the cosines of random pairs: models differ in what a cosine means
 * (those of e5 lie between .8 and .9), but not in that words which mean the same are among the nearest of all.
 */
const NEAR_QUANTILE = 0.9999
/** And so many standard deviations above their mean: vectors without any likeness also have their nearest pairs. */
const NEAR_DEVIATIONS = 5
const SAMPLED_PAIRS = 200_000
/** Words compared, the most frequent first: each with every other one, some 1 s at dim 256. */
const MAX_WORDS = 4000
/** Each round merges pairs at most. */
const ROUNDS = 3

interface Word {
  readonly word: string
  readonly vector: Float32Array
}

/**
 * The word that stands for each word which is not its own: of two words (or groups, by the word that stands for them)
 * that are each other's nearest, and near enough, the more frequent one. Complaints go with complaints only, for vectors
 * of opposites are alike ("넓", "좁"). O(n² · dim).
 * @param words the most frequent first, with unit vectors `[dim]`
 */
export function groupWords(words: readonly Word[]): Map<string, string> {
  const standsFor = new Map<string, string>()
  const compared = words.filter(({ word }) => canJoin(word)).slice(0, MAX_WORDS)
  const near = nearness(compared)
  const nearest = allNearest(compared, near)
  const leads = compared.map(() => true)
  for (let round = 0; round < ROUNDS; round++) {
    const merged = new Set<number>()
    nearest.forEach((other, index) => {
      if (other === undefined || !leads[index] || nearest[other] !== index || other > index) return
      standsFor.set(compared[index].word, compared[other].word)
      merged.add(index)
    })
    if (merged.size === 0) break
    for (const index of merged) leads[index] = false
    // Fewer lead than before, so only who lost their nearest have another one now.
    nearest.forEach((other, index) => {
      if (other !== undefined && leads[index] && !leads[other])
        nearest[index] = nearestOf(compared, index, near, leads)
    })
  }
  return new Map([...standsFor.keys()].map((word) => [word, root(standsFor, word)]))
}

function root(standsFor: ReadonlyMap<string, string>, word: string): string {
  const next = standsFor.get(word)
  return next === undefined ? word : root(standsFor, next)
}

/** Of each word the nearest one that it may join, at least `near`; ties by frequency. Each pair is compared once. */
function allNearest(words: readonly Word[], near: number): (number | undefined)[] {
  const complains = words.map(({ word }) => COMPLAINTS.has(word))
  const nearest: (number | undefined)[] = words.map(() => undefined)
  const cosines = new Float64Array(words.length).fill(near)
  const offer = (index: number, other: number, cosine: number) => {
    if (cosine < cosines[index] || (cosine === cosines[index] && nearest[index] !== undefined)) return
    nearest[index] = other
    cosines[index] = cosine
  }
  const vectors = words.map(({ vector }) => vector)
  const row = new Float64Array(words.length)
  for (let index = 1; index < words.length; index++) {
    dots(vectors[index], vectors.slice(0, index), vectors[index].length, row)
    for (let other = 0; other < index; other++) {
      if (row[other] < near || complains[index] !== complains[other]) continue
      offer(index, other, row[other])
      offer(other, index, row[other])
    }
  }
  return nearest
}

/** The same for one word, among those that lead. */
function nearestOf(
  words: readonly Word[],
  index: number,
  near: number,
  leads: readonly boolean[],
): number | undefined {
  const { word, vector } = words[index]
  let best: number | undefined
  let bestCosine = near
  for (let other = 0; other < words.length; other++) {
    if (other === index || !leads[other] || COMPLAINTS.has(words[other].word) !== COMPLAINTS.has(word))
      continue
    const cosine = dot(vector, words[other].vector)
    if (cosine < bestCosine || (cosine === bestCosine && best !== undefined)) continue
    best = other
    bestCosine = cosine
  }
  return best
}

/** The least cosine of two words that mean the same; above 1 where there are too few words to tell. */
function nearness(words: readonly Word[]): number {
  if (words.length < 200) return 2
  const random = createRandom(1)
  const cosines = new Float64Array(SAMPLED_PAIRS)
  for (let pair = 0; pair < SAMPLED_PAIRS; pair++) {
    const a = random.integer(words.length)
    const b = (a + 1 + random.integer(words.length - 1)) % words.length
    cosines[pair] = dot(words[a].vector, words[b].vector)
  }
  const mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / SAMPLED_PAIRS
  const variance = cosines.reduce((sum, cosine) => sum + (cosine - mean) ** 2, 0) / SAMPLED_PAIRS
  const quantile = cosines.sort()[Math.floor(SAMPLED_PAIRS * NEAR_QUANTILE)]
  return Math.max(quantile, mean + NEAR_DEVIATIONS * Math.sqrt(variance))
}

/** Words that turn a phrase around, or mean something only beside others, are nobody's synonym. */
function canJoin(word: string): boolean {
  return word.length > 1 && !NEGATIONS.has(word) && !EMPTY_ALONE.has(word)
}
