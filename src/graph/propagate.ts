// LightGCN propagation over the user-place graph: layers of neighbour means, then the mean of the layers.
// Linear and symmetric, so the backward pass is the forward pass on gradients.
import { multiplySparseAdd } from '../math/sparse.ts'
import type { GraphMatrices } from './interactions.ts'

export interface Embeddings {
  /** `[users, dim]` */
  readonly users: Float32Array
  /** `[places, dim]` */
  readonly places: Float32Array
}

/** The buffers of one propagation, reused over steps. */
export interface PropagationBuffers {
  readonly from: Embeddings
  readonly to: Embeddings
}

export function createEmbeddings(users: number, places: number, dim: number): Embeddings {
  return { users: new Float32Array(users * dim), places: new Float32Array(places * dim) }
}

/**
 * out = 1 / (layers + 1) · Σ_{k = 0..layers} Âᵏ · ego, where Â is the symmetric normalised adjacency of the bipartite
 * graph (He et al., "LightGCN", SIGIR 2020, Eq. 3-4 and 8). `out` must not alias `ego`. O(layers · edges · dim).
 */
export function propagate(
  { normAdj, normAdjTransposed }: GraphMatrices,
  ego: Embeddings,
  out: Embeddings,
  buffers: PropagationBuffers,
  layers: number,
  dim: number,
): void {
  const share = 1 / (layers + 1)
  let { from, to } = buffers
  from.users.set(ego.users)
  from.places.set(ego.places)
  scaleInto(ego.users, out.users, share)
  scaleInto(ego.places, out.places, share)
  for (let layer = 1; layer <= layers; layer++) {
    to.users.fill(0)
    to.places.fill(0)
    multiplySparseAdd(normAdj, from.places, to.users, dim)
    multiplySparseAdd(normAdjTransposed, from.users, to.places, dim)
    addScaled(to.users, out.users, share)
    addScaled(to.places, out.places, share)
    ;[from, to] = [to, from]
  }
}

function scaleInto(x: Float32Array, out: Float32Array, scale: number): void {
  for (let i = 0; i < x.length; i++) out[i] = scale * x[i]
}

function addScaled(x: Float32Array, out: Float32Array, scale: number): void {
  for (let i = 0; i < x.length; i++) out[i] += scale * x[i]
}
