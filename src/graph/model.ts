// The trained model: place and user vectors in one space, and how to place new places and users in it.
// Leaves training to train.ts, files to snapshot.ts.
//
// A vector of dim numbers is a direction of unit length in its first dim − 1 and one more coordinate. For a place that
// is its bias (how popular, whoever asks), for a user 1: their inner product is cosine + bias. With 0 in that
// coordinate a query asks for likeness alone.
import type { LngLat } from '../domain/position.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { dots, normalize, weightedMean } from '../math/vector.ts'

export interface ModelInfo {
  /** Content hash: same data, seed and threads → the same version. */
  readonly version: string
  readonly dim: number
  readonly textDim: number
  /** The embedding model whose text vectors the feature layer takes. */
  readonly textModelId: string
  readonly seed: number
  /** Catalog event seq up to which events were trained on; 0 for data that came from elsewhere. */
  readonly lastSeq: number
  readonly places: number
  readonly users: number
}

/** What lists that users were shown taught the ranker (pipeline/ranker/impressions.ts). */
export interface ImpressionReport {
  /** Lists learnt from, and what was chosen on them. */
  readonly lists: number
  readonly clicks: number
  /** (Σ w)² / Σ w² of the clicks' inverse propensities. */
  readonly effectiveClicks: number
  /** How likely the first ten positions are looked at, against the first. */
  readonly examination: readonly number[]
  /** Mean discounted rank of what was chosen on later lists, by inverse propensity: as learnt, and as known before. */
  readonly heldOut: { readonly lists: number; readonly learnt: number; readonly before: number }
  /** Whether the weights are those learnt from lists. */
  readonly used: boolean
}

/** What ranks candidates, as `train` learnt it and stored it with the model. */
export interface RankerReport {
  /** Choices that the weights were learnt from: among what was around, or among what a list showed. */
  readonly choices: number
  /** Mean ln probability of what was chosen among what was around, and that of a guess. */
  readonly logLikelihood: number
  readonly guess: number
  /** Absent where there were too few clicks on logged lists. */
  readonly impressions?: ImpressionReport
  /** By name of the feature (recommend/ranking/features.ts). */
  readonly weights: Readonly<Record<string, { readonly weight: number; readonly standardError: number }>>
}

/** Clusters of users of like taste (segments.ts). */
export interface Segments {
  readonly count: number
  readonly dim: number
  /** `[count, dim]`: unit directions, as those of users in model.ts; the last number 0. */
  readonly centroids: Float32Array
  /** `[count, places]`: users of the segment who chose the place. */
  readonly places: SparseMatrix
}

/** What a model knows beside vectors. */
export interface ModelExtras {
  /** `[places, places]`: the places that go most with each, by who visits both. */
  readonly lists: SparseMatrix
  /** Absent where there were too few users. */
  readonly segments?: Segments
  /** Absent where there was too little to learn from. */
  readonly ranker?: RankerReport
}

export interface UserVector {
  /** `[dim]`, the last number 1. */
  readonly vector: Float32Array
  /** Sum of the action weights behind it: new actions are added in proportion. */
  readonly weight: number
}

/** One action as the model weighs it. */
export interface Action {
  /** Vector of the place, `[dim]`. */
  readonly vector: Float32Array
  /** Above 0. */
  readonly weight: number
}

export interface Model {
  readonly info: ModelInfo
  /** `[dim]`; undefined for a place the model was not trained on. */
  placeVector(id: string): Float32Array | undefined
  userVector(id: string): UserVector | undefined
  /** Number of a place, as the lists have it; undefined for a place the model was not trained on. */
  placeRow(id: string): number | undefined
  /** The place of a number. */
  placeId(row: number): string
  /** Users with actions on a place when the model was trained. */
  placeUsers(id: string): number
  /** Absent from models of before they were kept. */
  readonly extras: ModelExtras | undefined
  /** What a user's actions of this strength in all on a place weigh in the user, as `Action.weight`. */
  actionWeight(placeId: string, strength: number): number
  /** Where a text vector `[textDim]` lies: through the feature layer, with the bias of a usual place. */
  fromText(textVector: Float32Array): Float32Array
  /** The vector of a place the model was not trained on, by its text vector and by what is around it (new-places.ts). */
  newPlace(textVector: Float32Array, at?: LngLat): Float32Array
}

/** What turns a text into a place. */
export interface TextPlacement {
  readonly dim: number
  readonly textDim: number
  /** `[textDim, dim]`, zero in the last column, the bias's. */
  readonly featureLayer: Float32Array
  readonly usualBias: number
}

/** `[dim]`: the direction of the text vector `[textDim]` through the feature layer, with the bias of a usual place. */
export function placeFromText(
  { dim, textDim, featureLayer, usualBias }: TextPlacement,
  textVector: Float32Array,
): Float32Array {
  const vector = new Float32Array(dim)
  for (let i = 0; i < textDim; i++) {
    for (let k = 0; k < dim; k++) vector[k] += textVector[i] * featureLayer[i * dim + k]
  }
  normalize(vector)
  vector[dim - 1] = usualBias
  return vector
}

/**
 * A user from actions, on top of a known vector where there is one: the weighted mean of the directions, at unit
 * length. Undefined without either, or where the directions cancel out.
 */
export function foldIn(actions: readonly Action[], start?: UserVector): UserVector | undefined {
  if (actions.length === 0) return start
  const parts = [...(start === undefined ? [] : [start]), ...actions]
  const direction = weightedMean(
    parts.map(({ vector }) => directionOf(vector)),
    parts.map(({ weight }) => weight),
  )
  if (direction === undefined) return start
  return { vector: withLast(direction, 1), weight: parts.reduce((sum, { weight }) => sum + weight, 0) }
}

/** The query for places like the given ones, popular or not: their mean direction, then 0. */
export function likenessQuery(vectors: readonly Float32Array[]): Float32Array | undefined {
  const mean = weightedMean(
    vectors.map(directionOf),
    vectors.map(() => 1),
  )
  return mean && withLast(mean, 0)
}

/** The segment whose direction is nearest to that of a user's vector at `offset`. */
export function nearestSegment(
  { count, dim, centroids }: Pick<Segments, 'count' | 'dim' | 'centroids'>,
  vectors: Float32Array,
  offset = 0,
): number {
  let nearest = 0
  let most = -Infinity
  for (let s = 0; s < count; s++) {
    let cosine = 0
    for (let k = 0; k < dim - 1; k++) cosine += centroids[s * dim + k] * vectors[offset + k]
    if (cosine > most) [nearest, most] = [s, cosine]
  }
  return nearest
}

/** Cosine of two vectors' directions, in [−1, 1]; 0 where one has none. */
export function likeness(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length - 1; i++) sum += a[i] * b[i]
  return sum
}

/** `out[i]`: the likeness of a vector to the i-th of many. */
export function likenesses(a: Float32Array, others: readonly Float32Array[], out: Float64Array): void {
  dots(a, others, a.length - 1, out)
}

/** The direction, a view `[dim − 1]` of the vector. */
function directionOf(vector: Float32Array): Float32Array {
  return vector.subarray(0, vector.length - 1)
}

function withLast(direction: Float32Array, last: number): Float32Array {
  const vector = new Float32Array(direction.length + 1)
  vector.set(direction)
  vector[direction.length] = last
  return vector
}

/** Sets the last of the dim numbers of each row. */
export function setLastColumn(rows: Float32Array, dim: number, value: (row: number) => number): void {
  for (let row = 0, at = dim - 1; at < rows.length; row++, at += dim) rows[at] = value(row)
}
