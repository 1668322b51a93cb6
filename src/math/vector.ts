// Arithmetic of single vectors. Leaves matrices to matrix.ts.

/** Inner product of two vectors of equal length, accumulated in float64. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/**
 * `out[i]` = the inner product of `query` with the first `length` numbers of the i-th vector, to the bit that of a sum in
 * order. Four at a time: one sum alone would wait for each of its additions.
 */
export function dots(
  query: Float32Array,
  vectors: readonly Float32Array[],
  length: number,
  out: Float64Array,
): void {
  const count = vectors.length
  let v = 0
  for (; v + 4 <= count; v += 4) {
    const a = vectors[v]
    const b = vectors[v + 1]
    const c = vectors[v + 2]
    const d = vectors[v + 3]
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0]
    for (let i = 0; i < length; i++) {
      const x = query[i]
      sumA += x * a[i]
      sumB += x * b[i]
      sumC += x * c[i]
      sumD += x * d[i]
    }
    out[v] = sumA
    out[v + 1] = sumB
    out[v + 2] = sumC
    out[v + 3] = sumD
  }
  for (; v < count; v++) {
    const vector = vectors[v]
    let sum = 0
    for (let i = 0; i < length; i++) sum += query[i] * vector[i]
    out[v] = sum
  }
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
