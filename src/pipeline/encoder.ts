// Builds the encoder of recommend/: a model snapshot with the text encoder it was trained on.
// Leaves vectors to graph/ and text/; turns places into index rows.
import type { Catalog } from '../catalog/port.ts'
import { categoryWithAncestors } from '../domain/category.ts'
import type { Place } from '../domain/place.ts'
import { dot } from '../math/vector.ts'
import { DongneError } from '../errors.ts'
import { weeklyOpenMinutes } from '../geo/opening-hours.ts'
import { timeZoneAt } from '../geo/time-zone.ts'
import { likenessQuery } from '../graph/model.ts'
import { loadModel } from '../graph/snapshot.ts'
import type { Patience } from '../fault-policy.ts'
import type { Encoder } from '../recommend/encoder.ts'
import type { IndexRow } from '../vector-index/port.ts'
import type { DataFolder } from './data-folder.ts'
import { textModelOf, type TextProvider } from './text-provider.ts'
import { createDocuments, createTextVectors } from './text-vectors.ts'

export interface EncoderOptions {
  readonly catalog: Catalog
  readonly folder: DataFolder
  readonly texts: TextProvider
  /** The newest by default. */
  readonly modelVersion?: string | undefined
  readonly patience: Patience
}

/** The encoder of a model version. Throws no-model, model-corrupt, mixed-text-models, text-encoder-corrupt. */
export async function openEncoder({
  catalog,
  folder,
  texts,
  modelVersion,
  patience,
}: EncoderOptions): Promise<Encoder> {
  const model = await loadModel(folder.models, modelVersion)
  const textModel = await textModelOf(model.info, texts, patience)
  const unembedded = new Set<string>()

  /** Text vectors; zeros while the endpoint fails and somebody waits. */
  async function textVectors(places: readonly Place[]): Promise<Float32Array[]> {
    const vectorsOf = createTextVectors(catalog, textModel, await createDocuments(catalog))
    try {
      const vectors = await vectorsOf(places)
      for (const { id } of places) unembedded.delete(id)
      return vectors
    } catch (error) {
      const isFailure = error instanceof DongneError && error.code === 'embedding-failed'
      if (patience === 'job' || !isFailure) throw error
      for (const { id } of places) unembedded.add(id)
      return places.map(() => new Float32Array(textModel.dim))
    }
  }

  return {
    model,
    unembedded,
    async encodeQuery(text, signal) {
      const [vector] = await textModel.embed([text], 'query', signal)
      return likenessQuery([model.fromText(vector)]) ?? new Float32Array(model.info.dim)
    },
    async saysLike(text, places, signal) {
      const { leastLikeness } = textModel
      if (leastLikeness === undefined) return true
      const [vector] = await textModel.embed([text], 'query', signal)
      return (await textVectors(places)).some((other) => dot(vector, other) >= leastLikeness)
    },
    async encodePlaces(places, popularity) {
      const unknown = places.filter(({ id }) => model.placeVector(id) === undefined)
      const placed = new Map<string, Float32Array>()
      if (unknown.length > 0) {
        const vectors = await textVectors(unknown)
        unknown.forEach((place, index) => placed.set(place.id, model.newPlace(vectors[index], place)))
      }
      return places.map((place) =>
        indexRow(place, model.placeVector(place.id) ?? placed.get(place.id)!, popularity(place.id)),
      )
    },
  }
}

/** Its own tags, and what its texts praise: a filter by tags matches both. */
function tagsOf({ tags = [], keywords = [] }: Place): string[] {
  const praised = keywords.filter(({ negative }) => negative !== true)
  return [
    ...new Set([...tags, ...praised.flatMap(({ name, names = {} }) => [name, ...Object.values(names)])]),
  ]
}

function indexRow(place: Place, vector: Float32Array, popularity: number): IndexRow {
  const openMinutes = place.openingHours === undefined ? undefined : weeklyOpenMinutes(place.openingHours)
  return {
    id: place.id,
    vector,
    lng: place.lng,
    lat: place.lat,
    geohash: place.geohash,
    regions: place.regions,
    spots: place.spots,
    categories: [...new Set(place.categories.flatMap(categoryWithAncestors))],
    tags: tagsOf(place),
    ...(place.priceLevel !== undefined && { priceLevel: place.priceLevel }),
    ...(place.rating !== undefined && { rating: place.rating }),
    closed: place.closed ?? false,
    ...(openMinutes !== undefined && { openMinutes }),
    timeZone: timeZoneAt(place),
    popularity,
  }
}
