// Brings the vectors of a new model into the space of the one before it, so that vectors that clients keep stay usable.
// Leaves training to train.ts.
import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { multiplyAdd } from '../math/matrix.ts'

/** Vectors of the same places before and after, `[rows, dim]` as model.ts has them. */
export interface Pairs {
  readonly before: Float32Array
  readonly after: Float32Array
  readonly dim: number
}

/** How far places moved between two models: 1 − cosine of their directions. */
export interface Drift {
  readonly places: number
  readonly mean: number
  readonly p95: number
}

/**
 * The orthogonal R `[dim, dim]` for which after · R is nearest to before (Schönemann, Psychometrika 1966): R = U Vᵀ of
 * afterᵀ · before = U Σ Vᵀ. The last coordinate, the bias, stays where it is. O(rows · dim² + dim³).
 */
export function alignment({ before, after, dim }: Pairs): Float32Array {
  const d = dim - 1
  const rows = after.length / dim
  const products = new Matrix(d, d)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < d; i++) {
      const value = after[row * dim + i]
      if (value === 0) continue
      for (let j = 0; j < d; j++) products.set(i, j, products.get(i, j) + value * before[row * dim + j])
    }
  }
  const rotation = new Float32Array(dim * dim)
  rotation[dim * dim - 1] = 1
  if (d === 0) return rotation
  const { leftSingularVectors, rightSingularVectors } = new SingularValueDecomposition(products)
  const product = leftSingularVectors.mmul(rightSingularVectors.transpose())
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) rotation[i * dim + j] = product.get(i, j)
  return rotation
}

/** vectors `[n, dim]` · rotation */
export function rotate(vectors: Float32Array, rotation: Float32Array, dim: number): Float32Array {
  const out = new Float32Array(vectors.length)
  multiplyAdd(vectors, rotation, out, vectors.length / dim, dim, dim)
  return out
}

export function drift({ before, after, dim }: Pairs): Drift {
  const distances = Float64Array.from({ length: after.length / dim }, (_, row) => {
    let [product, a, b] = [0, 0, 0]
    for (let k = row * dim; k < (row + 1) * dim - 1; k++) {
      product += before[k] * after[k]
      a += before[k] ** 2
      b += after[k] ** 2
    }
    return a === 0 || b === 0 ? 0 : 1 - product / Math.sqrt(a * b)
  }).sort()
  const places = distances.length
  if (places === 0) return { places, mean: 0, p95: 0 }
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / places
  return { places, mean, p95: distances[Math.floor(0.95 * (places - 1))] }
}
