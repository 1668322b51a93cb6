// The two directions in which place vectors differ most. Leaves drawing them to charts.ts.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

/** `[rows, 2]`: the rows of x `[rows, dim]`, less their mean, on the two leading principal axes. O(rows · dim² + dim³). */
export function principalPlane(x: Float32Array, dim: number): Float32Array {
  const rows = x.length / dim
  const mean = new Float64Array(dim)
  for (let row = 0; row < rows; row++) for (let k = 0; k < dim; k++) mean[k] += x[row * dim + k] / rows
  const covariance = new Matrix(dim, dim)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dim; i++) {
      const value = x[row * dim + i] - mean[i]
      for (let j = i; j < dim; j++) {
        covariance.set(i, j, covariance.get(i, j) + value * (x[row * dim + j] - mean[j]))
      }
    }
  }
  for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) covariance.set(i, j, covariance.get(j, i))
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  })
  const axes = realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, 2)
    .map(({ index }) => eigenvectorMatrix.getColumn(index))
  const plane = new Float32Array(rows * 2)
  for (let row = 0; row < rows; row++) {
    axes.forEach((axis, a) => {
      for (let k = 0; k < dim; k++) plane[row * 2 + a] += axis[k] * (x[row * dim + k] - mean[k])
    })
  }
  return plane
}
