// Arithmetic of single vectors. Leaves matrices to matrix.ts.

/** Inner product of two vectors of equal length, accumulated in float64. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** Scales `vector` in place to length 1 and returns it; zeros stay zeros. */
export function normalize(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector))
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] /= length
  return vector
}

/** The normalised weighted sum of vectors `[dim]`; undefined where there are none or they cancel out. */
export function weightedMean(
  vectors: readonly Float32Array[],
  weights: readonly number[],
): Float32Array | undefined {
  if (vectors.length === 0) return undefined
  const mean = new Float32Array(vectors[0].length)
  vectors.forEach((vector, index) => {
    for (let i = 0; i < mean.length; i++) mean[i] += weights[index] * vector[i]
  })
  return dot(mean, mean) === 0 ? undefined : normalize(mean)
}
