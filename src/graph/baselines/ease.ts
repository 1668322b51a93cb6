// EASE: the best linear item-item model in closed form, solved on the side of users or of places, whichever has fewer.
// Leaves the inverse to math/spd-inverse.ts.
//
//   B = I − P / diag(P) by columns, P = (XᵀX + λI)⁻¹, X `[users, places]` of ones          (Steck, WWW 2019, Eq. 8)
//   By places: P itself is inverted. By users: with K = XXᵀ + λI `[users, users]`, Woodbury's identity gives
//   XP = K⁻¹X and P_jj = (1 − x_jᵀ K⁻¹ x_j) / λ, x_j the column of place j: the same model, never [places, places].
//   A user's score of a place they do not have: (xB)_j = −(xP)_j / P_jj.
import { createWasmKernels } from '../../math/wasm-kernels.ts'
import { invertPositiveDefinite } from '../../math/spd-inverse.ts'
import { transpose, type SparseMatrix } from '../../math/sparse.ts'
import type { Scorer } from '../ranking.ts'
import type { Baseline } from './baseline.ts'

/** Rows of the matrix that is inverted: 576 MB, and minutes of one core. */
const MAX_ROWS = 12_000

export const ease: Baseline<{ readonly lambda: number }> = {
  paper: 'Steck: Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019',
  // The best λ differs little between settings twice apart (the paper's Fig. 2), and each costs an inverse.
  settings: [100, 400].map((lambda) => ({ lambda })),
  limit({ rows, columns }) {
    const size = Math.min(rows, columns)
    if (size <= MAX_ROWS) return undefined
    return `EASE inverts a matrix of as many rows as there are users or places: ${size}; ${MAX_ROWS} at most.`
  },
  fit(train, { lambda }) {
    return train.rows <= train.columns ? easeByUsers(train, lambda) : easeByPlaces(train, lambda)
  },
}

export function easeByUsers(train: SparseMatrix, lambda: number): Scorer {
  const { rows: users, columns: places, starts, indices } = train
  const inverse = inverseOfGram(train, lambda)
  const byPlace = transpose(train)
  const diagonal = Float64Array.from({ length: places }, (_, place) => {
    const of = byPlace.indices.subarray(byPlace.starts[place], byPlace.starts[place + 1])
    let sum = 0
    for (const a of of) for (const b of of) sum += inverse[a * users + b]
    return (1 - sum) / lambda
  })
  return {
    tilePlaces: Infinity,
    open: () => (block, from, to, scores) => {
      const width = to - from
      scores.fill(0)
      block.forEach((user, i) => {
        const row = scores.subarray(i * width, (i + 1) * width)
        for (let other = 0; other < users; other++) {
          const weight = inverse[user * users + other]
          for (let e = starts[other]; e < starts[other + 1]; e++) row[indices[e] - from] -= weight
        }
        for (let place = 0; place < width; place++) row[place] /= diagonal[from + place]
      })
    },
  }
}

export function easeByPlaces(train: SparseMatrix, lambda: number): Scorer {
  const { columns: places, starts, indices } = train
  const inverse = inverseOfGram(transpose(train), lambda)
  return {
    tilePlaces: Infinity,
    open: () => (block, from, to, scores) => {
      const width = to - from
      scores.fill(0)
      block.forEach((user, i) => {
        const row = scores.subarray(i * width, (i + 1) * width)
        for (let e = starts[user]; e < starts[user + 1]; e++) {
          const of = indices[e] * places + from
          for (let place = 0; place < width; place++) row[place] -= inverse[of + place]
        }
        for (let place = 0; place < width; place++) row[place] /= inverse[(from + place) * (places + 1)]
      })
    },
  }
}

/** (AAᵀ + λI)⁻¹ `[rows, rows]` of the ones of A. */
function inverseOfGram(a: SparseMatrix, lambda: number): Float32Array {
  const { rows, starts, indices } = a
  const kernels = createWasmKernels()
  const gram = kernels.floats(rows * rows)
  const columns = transpose(a)
  for (let row = 0; row < rows; row++) {
    gram[row * rows + row] += lambda
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      for (let o = columns.starts[indices[e]]; o < columns.starts[indices[e] + 1]; o++) {
        gram[row * rows + columns.indices[o]]++
      }
    }
  }
  invertPositiveDefinite(kernels, gram, rows)
  return gram
}
