// What do text vectors and words find, where tags and categories are hidden? 3,320 Jeju places by name and introduction:
// nDCG@10 of tags, of tags whose word the text lacks, of English tags against Korean text, of natural questions; and the
// reciprocal rank of a place among all for its own tags. With EMBEDDING_BASE_URL and EMBEDDING_MODEL set also an endpoint's
// vectors, raw and centred.   npm run bench:text -- [--json]
import { existsSync, readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig } from '../src/config.ts'
import { embeddingEndpoint } from '../src/data.ts'
import { fuseScores } from '../src/recommend/candidates/text.ts'
import { openEndpointEmbedding } from '../src/text/endpoint-embedding.ts'
import { createOfflineEncoder, fitOfflineEncoder } from '../src/text/offline-encoder.ts'
import { createLexicalIndex } from '../src/text/lexical-index.ts'
import type { EmbeddingSource, TextKind } from '../src/text/port.ts'
import { sharedData } from '../test/shared-data.ts'
import { ENGLISH_TAGS, QUESTIONS } from './text/questions.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const CUT = 10
/** A tag is asked for where so many places carry it. */
const MIN_PLACES = 10
/** An English tag where so many do: there are few of them. */
const MIN_ENGLISH = 5
/** Every so manieth place is looked for by its own tags. */
const OWN_EVERY = 4

interface Place {
  readonly id: string
  readonly name: string
  readonly intro: string
  readonly tags: readonly string[]
}

interface Hit {
  /** Number of a place. */
  readonly id: number
  readonly score: number
}

/** Best first; all that the method finds. */
type Ranking = readonly Hit[]

interface Method {
  readonly method: string
  rank(queries: readonly string[]): Promise<Ranking[]>
  readonly textsPerSecond: number
  /** Of what is shipped for it. */
  readonly bytes: number
}

const STATIC_EMBEDDINGS_BYTES = statSync(new URL('../src/text/static-embeddings.bin', import.meta.url)).size

const path = sharedData('jeju/places.ndjson')
if (!existsSync(path)) {
  console.error(`${path} is missing: this bench works on real places of Jeju.`)
  process.exit(2)
}
const places = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Place)
const documents = places.map(({ name, intro }) => `${name}\n${intro}`)
const byTag = new Map<string, Set<number>>()
places.forEach(({ tags }, number) => {
  for (const tag of tags) byTag.set(tag, (byTag.get(tag) ?? new Set()).add(number))
})

const lexical = lexicalMethod()
const encoder = createOfflineEncoder(await fitOfflineEncoder(documents))
const offline = await vectorMethod('offline encoder', encoder, {
  isCentred: false,
  bytes: STATIC_EMBEDDINGS_BYTES,
})
const methods: Method[] = [lexical, offline, fused('fused', lexical, offline)]
const config = readConfig()
if (config.EMBEDDING_BASE_URL !== '') {
  const source = await openEndpointEmbedding({ ...embeddingEndpoint(config), patience: 'job' })
  const endpoint = await vectorMethod(config.EMBEDDING_MODEL, source, { isCentred: true, bytes: 0 })
  methods.push(endpoint, fused(`fused with ${config.EMBEDDING_MODEL}`, lexical, endpoint))
}

const rows = []
for (const method of methods) rows.push(await score(method))
if (values.json) console.log(JSON.stringify({ rows }))
else console.table(rows)

async function score({ method, rank, textsPerSecond, bytes }: Method) {
  const own = places.flatMap((_, number) => (number % OWN_EVERY === 0 ? number : []))
  const ownRanks = await rank(own.map((number) => places[number].tags.join(' ')))
  const mrr = mean(
    ownRanks.map((ranking, index) => {
      const at = ranking.findIndex(({ id }) => id === own[index])
      return at < 0 ? 0 : 1 / (at + 1)
    }),
  )
  const tags = [...byTag].filter(([, having]) => having.size >= MIN_PLACES).map(([tag]) => tag)
  const tagRanks = await rank(tags)
  const unsaid = tags.flatMap((tag, index) => {
    const isSaid = (number: number) => documents[number].includes(tag)
    const wanted = new Set([...byTag.get(tag)!].filter((number) => !isSaid(number)))
    return wanted.size === 0
      ? []
      : ndcg(
          tagRanks[index].filter(({ id }) => !isSaid(id)),
          wanted,
        )
  })
  const english = Object.entries(ENGLISH_TAGS).filter(([tag]) => (byTag.get(tag)?.size ?? 0) >= MIN_ENGLISH)
  const englishRanks = await rank(english.map(([, words]) => words))
  const answersOf = QUESTIONS.map(
    ({ tags: any }) => new Set(any.flatMap((tag) => [...(byTag.get(tag) ?? [])])),
  )
  const asked = async (locale: 'ko' | 'en') => {
    const ranks = await rank(QUESTIONS.map((question) => question[locale]))
    return mean(ranks.map((ranking, index) => ndcg(ranking, answersOf[index])))
  }
  return {
    method,
    mrr,
    tag: mean(tagRanks.map((ranking, index) => ndcg(ranking, byTag.get(tags[index])!))),
    sem: mean(unsaid),
    en: mean(englishRanks.map((ranking, index) => ndcg(ranking, byTag.get(english[index][0])!))),
    nlKo: await asked('ko'),
    nlEn: await asked('en'),
    textsPerSecond: Math.round(textsPerSecond),
    bytes,
  }
}

/** Binary gains, log2 discounts. */
function ndcg(ranking: Ranking, wanted: ReadonlySet<number>): number {
  const discount = (rank: number) => 1 / Math.log2(rank + 2)
  let gain = 0
  ranking.slice(0, CUT).forEach(({ id }, rank) => {
    if (wanted.has(id)) gain += discount(rank)
  })
  let ideal = 0
  for (let rank = 0; rank < Math.min(CUT, wanted.size); rank++) ideal += discount(rank)
  return gain / ideal
}

function lexicalMethod(): Method {
  const index = createLexicalIndex()
  const started = performance.now()
  places.forEach(({ name, intro }, number) =>
    index.upsert({
      id: String(number),
      name,
      names: [],
      categories: [],
      areas: [],
      tags: [],
      address: '',
      description: intro,
    }),
  )
  const textsPerSecond = places.length / ((performance.now() - started) / 1000)
  return {
    method: 'lexical',
    textsPerSecond,
    bytes: 0,
    rank: async (queries) =>
      queries.map((query) =>
        index.search(query, places.length).map(({ id, score }) => ({ id: Number(id), score })),
      ),
  }
}

/** By cosine; `isCentred`: the mean of the documents is taken off first. */
async function vectorMethod(
  method: string,
  source: EmbeddingSource,
  { isCentred, bytes }: { readonly isCentred: boolean; readonly bytes: number },
): Promise<Method> {
  const started = performance.now()
  const vectors = await embedAll(source, documents, 'document')
  const textsPerSecond = documents.length / ((performance.now() - started) / 1000)
  const middle = new Float64Array(vectors[0].length)
  if (isCentred)
    for (const vector of vectors) vector.forEach((value, d) => (middle[d] += value / vectors.length))
  const rows = vectors.map((vector) => unitFrom(vector, middle))
  return {
    method,
    textsPerSecond,
    bytes,
    async rank(queries) {
      return (await embedAll(source, queries, 'query')).map((vector) => {
        const query = unitFrom(vector, middle)
        const scores = rows.map((row) => row.reduce((sum, value, d) => sum + value * query[d], 0))
        return scores.map((score, id) => ({ id, score })).sort((a, b) => b.score - a.score || a.id - b.id)
      })
    },
  }
}

async function embedAll(
  source: EmbeddingSource,
  texts: readonly string[],
  kind: TextKind,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = []
  for (let from = 0; from < texts.length; from += source.limits.maxTextsPerCall) {
    vectors.push(...(await source.embed(texts.slice(from, from + source.limits.maxTextsPerCall), kind)))
  }
  return vectors
}

function unitFrom(vector: Float32Array, middle: Float64Array): Float64Array {
  const moved = Float64Array.from(vector, (value, d) => value - middle[d])
  const length = Math.hypot(...moved)
  return length === 0 ? moved : moved.map((value) => value / length)
}

/** As search fuses them (recommend/candidates/text.ts), of the first 300 of each. */
function fused(method: string, words: Method, likeness: Method): Method {
  const pool = 300
  const ided = (ranking: Ranking) =>
    ranking.slice(0, pool).map(({ id, score }) => ({ id: String(id), score }))
  return {
    method,
    textsPerSecond: 1 / (1 / words.textsPerSecond + 1 / likeness.textsPerSecond),
    bytes: words.bytes + likeness.bytes,
    async rank(queries) {
      const [byWords, byLikeness] = [await words.rank(queries), await likeness.rank(queries)]
      return queries.map((_, q) =>
        [...fuseScores(ided(byWords[q]), ided(byLikeness[q]), pool)]
          .map(([id, score]) => ({ id: Number(id), score }))
          .sort((a, b) => b.score - a.score),
      )
    },
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
