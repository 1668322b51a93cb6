// Keyword structuring in four passes over the texts of all places: stems, phrases, clusters, and then each place's own.
// Leaves reading places and storing keywords to pipeline/keywords.ts. Memory grows with what is said, not with places.
import type { KeywordCluster, PlaceKeyword } from '../../domain/keyword.ts'
import { ClusterCounts, clusterPhrases, mentionsOf } from './clusters.ts'
import { createDescribing, type KnownNames } from './describing.ts'
import { createNamer } from './names.ts'
import { PhraseTable } from './phrase-table.ts'
import { learnStems, wordForms } from './phrases.ts'
import { placeKeywords } from './place-keywords.ts'
import type { PlaceTexts } from './place-texts.ts'
import { groupWords } from './word-groups.ts'

export interface StructureOptions {
  /** All places in batches; read three times, in the same order. */
  read(): AsyncIterable<readonly PlaceTexts[]>
  /** One unit vector `[dim]` a word. */
  embed(words: readonly string[]): Promise<readonly Float32Array[]>
  /** What keywords may mean, and what is known by name beside them. */
  readonly names: KnownNames
  /** Better names, where a language model can give some. */
  rename?(clusters: readonly KeywordCluster[]): Promise<readonly KeywordCluster[]>
}

export interface KeywordStructure {
  /** Those of the most places first. */
  readonly clusters: readonly KeywordCluster[]
  keywordsOf(place: PlaceTexts): PlaceKeyword[]
}

/** Different word forms that stems are learnt from: a million show every ending. */
const MAX_FORMS = 1_000_000

/** The same texts and vectors give the same structure. */
export async function structureKeywords({
  read,
  embed,
  names,
  rename = async (clusters) => clusters,
}: StructureOptions): Promise<KeywordStructure> {
  const forms = new Set<string>()
  for await (const batch of read()) {
    for (const { texts } of batch) for (const { text } of texts) addForms(forms, text)
  }
  const stemOf = learnStems(forms)

  const describing = createDescribing(forms, names)
  const table = new PhraseTable()
  for await (const batch of read()) for (const place of batch) table.add(place, stemOf)
  const phrases = table.frequent()
  const words = [...new Set(phrases.flatMap(({ key }) => key.split(' ')))]
  const vectors = await embed(words)
  const groups = groupWords(words.map((word, index) => ({ word, vector: vectors[index] })))
  const { clusterOf, members } = clusterPhrases(
    phrases,
    groups,
    createNamer(stemOf, describing, names.attributes),
  )

  const counts = new ClusterCounts()
  for await (const batch of read()) {
    for (const place of batch) counts.add(place, mentionsOf(place, stemOf, clusterOf))
  }
  const clusters = await rename(counts.clusters(members, names.attributes))
  const clusterById = new Map(clusters.map((cluster) => [cluster.id, cluster]))
  return {
    clusters,
    keywordsOf: (place) => placeKeywords(place, mentionsOf(place, stemOf, clusterOf), counts, clusterById),
  }
}

function addForms(forms: Set<string>, text: string): void {
  if (forms.size < MAX_FORMS) for (const form of wordForms(text)) forms.add(form)
}
