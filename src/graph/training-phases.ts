// What each thread of a training does: its share of a step, of the hops and of whole passes. Threads take pieces of work by
// number; what a piece writes depends on the piece alone, so the bytes are the same for any number of threads.
// Leaves the model's formulas to trainer.ts, and the order of the phases.
import type { Arithmetic } from '../math/kernels.ts'
import { attachWasmKernels } from '../math/wasm-kernels.ts'
import { PULL_WIDTH } from '../math/contrastive.ts'
import { setLastColumn } from './model.ts'
import type { TrainingMemory } from './training-memory.ts'

/** Users whose scores are worked on at once: they stay in the second-level cache. */
const USER_BLOCK = 64
/** Places of a piece of work: a multiple of 4, as the products want it. */
const ROW_BLOCK = 128
/** Rows of a whole pass. */
const PASS_BLOCK = 1024
/** Rows of the feature layer's gradient. */
const FEATURE_BLOCK = 16

export interface SharedTraining {
  readonly wasm: WebAssembly.Memory
  readonly memory: TrainingMemory
}

/** The phases of another thread (math/worker-thread.ts). */
export function createPhases({ wasm, memory }: SharedTraining, thread: number): TrainingPhases {
  return createTrainingPhases(attachWasmKernels(wasm), memory, thread)
}

export type TrainingPhases = ReturnType<typeof createTrainingPhases>

export function createTrainingPhases(kernels: Arithmetic, memory: TrainingMemory, thread: number) {
  const { batch, plan, matrices, dislikes, adam, places, textDim } = memory
  const { dim, temperature, leaveOneOut, sharpness } = plan
  const { rows: negativeRows, panels } = memory.packed[thread]
  const { normAdj, normAdjTransposed, start } = matrices
  const rowsOf = (values: Float32Array, from: number, to: number) => values.subarray(from * dim, to * dim)

  /** Takes pieces of `size` of the `count` until none is left. */
  function share(count: number, size: number, work: (from: number, to: number) => void): void {
    for (;;) {
      const from = Atomics.add(memory.tickets, 0, 1) * size
      if (from >= count) return
      work(from, Math.min(count, from + size))
    }
  }

  /** Loss of the users, and what they pull at places: all of a step that is the users' own. */
  function scoreUsers(from: number, to: number, users: number, count: number): void {
    const size = to - from
    const of = <T extends Float32Array | Uint32Array>(values: T) => values.subarray(from, to) as T
    const rows = of(batch.users)
    const [sums, x, gradX] = [batch.sums, batch.x, batch.gradX].map((values) => rowsOf(values, from, to))
    const totals = rowsOf(batch.totals, from, to)
    const lengths = of(batch.lengths)
    kernels.sumSparseRows(start, rows, places, sums, dim)
    setLastColumn(sums, dim, () => 0)
    kernels.normalizeRows(sums, x, lengths, dim)
    setLastColumn(x, dim, () => 1)

    const scores = batch.scores.subarray(from * count, to * count)
    kernels.multiplyPanels(x, panels, scores, size, count, dim)
    leaveOutPositives(rows, scores, count)
    const [maxima, exponentials] = [of(batch.maxima), of(batch.exponentials)]
    kernels.expRows(scores, size, count, 1 / temperature, maxima, exponentials)
    for (let i = 0; i < size; i++) addDislikes(from + i)
    const [logNegatives, weights] = [of(batch.logNegatives), of(batch.weights)]
    for (let i = 0; i < size; i++) {
      logNegatives[i] = exponentials[i] === 0 ? -Infinity : maxima[i] + Math.log(exponentials[i])
      weights[i] = 1 / (users * Math.sqrt(start.starts[rows[i] + 1] - start.starts[rows[i]]))
    }
    const [losses, masses, offsets] = [of(batch.losses), of(batch.masses), of(batch.offsets)]
    const pulled = { losses, masses, totals, offsets, pulls: batch.pulls, d: dim }
    kernels.pullPositives({
      matrix: start,
      rows,
      sums,
      y: places,
      logNegatives,
      weights,
      temperature,
      leaveOneOut,
      sharpness,
      ...pulled,
    })
    // From here on `scores` holds dL/d(x·y) of the negatives.
    for (let i = 0; i < size; i++) {
      weights[i] = exponentials[i] === 0 ? 0 : masses[i] / (exponentials[i] * temperature)
    }
    kernels.scaleRows(scores, weights, size, count)
    gradX.fill(0)
    kernels.multiplyAdd(scores, negativeRows, gradX, size, count, dim)
    for (let i = 0; i < size; i++) pushDislikes(from + i)
    // A user's last coordinate is always 1.
    setLastColumn(gradX, dim, () => 0)
    kernels.normalizeRowsBackward(x, lengths, gradX, gradX, dim)
    for (let i = 0; i < totals.length; i++) totals[i] += gradX[i]
    setLastColumn(totals, dim, () => 0)
  }

  /** A user's own places are no negatives of theirs. */
  function leaveOutPositives(rows: Uint32Array, scores: Float32Array, count: number): void {
    const { starts, indices } = start
    rows.forEach((row, i) => {
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        const c = memory.negativeAt[indices[e]]
        if (c > 0) scores[i * count + c - 1] = -Infinity
      }
    })
  }

  /** What user i of the batch dislikes joins the negatives' sum; its parts wait in `pulls`. Rare, so plain. */
  function addDislikes(i: number): void {
    eachDislike(i, (place, weight, pull) => {
      let cosine = 0
      for (let k = 0; k < dim; k++) cosine += batch.x[i * dim + k] * places[place * dim + k]
      if (batch.exponentials[i] === 0) batch.maxima[i] = cosine / temperature
      const part = weight * Math.exp(cosine / temperature - batch.maxima[i])
      batch.exponentials[i] += part
      batch.pulls[pull] = part
    })
  }

  /** Takes the parts to gradients: of the user in `gradX`, of the place in `pulls`. */
  function pushDislikes(i: number): void {
    eachDislike(i, (place, _, pull) => {
      const push = batch.pulls[pull] * batch.weights[i]
      for (let k = 0; k < dim; k++) batch.gradX[i * dim + k] += push * places[place * dim + k]
      batch.pulls.set([batch.lengths[i] === 0 ? 0 : push / batch.lengths[i], 0, 0, push], pull)
    })
  }

  function eachDislike(i: number, visit: (place: number, weight: number, pull: number) => void): void {
    const user = batch.users[i]
    let entry = batch.offsets[i] + start.starts[user + 1] - start.starts[user]
    for (let e = dislikes.starts[user]; e < dislikes.starts[user + 1]; e++) {
      visit(dislikes.indices[e], dislikes.values[e], PULL_WIDTH * entry++)
    }
  }

  /** dL/dE and dL/db of places that the step reaches. */
  function gradients(from: number, to: number, users: number, count: number): Uint32Array {
    const rows = batch.rows.subarray(from, to)
    const negatives = Math.max(0, Math.min(count, to) - from)
    if (negatives > 0) {
      const end = from + negatives
      rowsOf(batch.gradNegatives, from, end).fill(0)
      const [scores, x] = [batch.scores.subarray(0, users * count), rowsOf(batch.x, 0, users)]
      kernels.transposedMultiplyAdd(scores, x, batch.gradNegatives, users, count, dim, from, end)
    }
    kernels.collectPulls({
      rows,
      starts: batch.rowStarts.subarray(from, to + 1),
      entries: batch.rowEntries,
      entryUsers: batch.entryUsers,
      pulls: batch.pulls,
      sums: batch.sums,
      totals: batch.totals,
      fromNegatives: rowsOf(batch.gradNegatives, from, from + negatives),
      negatives,
      y: places,
      lengths: memory.lengths,
      gradient: adam.residual.gradient,
      gradBias: adam.bias.gradient,
      d: dim,
    })
    if (textDim > 0) kernels.addRows(adam.residual.gradient, rows, memory.gradSinceFeature, dim)
    return rows
  }

  /** y of the named places. */
  function updatePlaces(rows: Uint32Array): void {
    const sum = [memory.fromText, adam.residual.parameters, memory.hops] as const
    kernels.unitSums(rows, sum, adam.bias.parameters, places, memory.lengths, dim)
  }

  return {
    /** Scores of the batch, and each user's side of the gradients. */
    score(users: number, count: number) {
      kernels.gatherRows(places, batch.negatives.subarray(0, count), negativeRows, dim)
      kernels.packPanels(negativeRows, panels, count, dim)
      share(users, USER_BLOCK, (from, to) => scoreUsers(from, to, users, count))
    },

    /** Gradients of the places that the batch reaches. */
    collect(users: number, count: number, reached: number) {
      share(reached, ROW_BLOCK, (from, to) => gradients(from, to, users, count))
    },

    /** The same, and a step of Adam on their residuals and biases. */
    learn(users: number, count: number, reached: number, rate: number, biasRate: number, step: number) {
      share(reached, ROW_BLOCK, (from, to) => {
        const rows = gradients(from, to, users, count)
        kernels.adamRows(adam.residual, rows, rate, step)
        kernels.adamRows(adam.bias, rows, biasRate, step)
        updatePlaces(rows)
      })
    },

    /** The feature layer's gradient, from those of E0 since it last moved: Tᵀ · gradE0. */
    featureGradient() {
      const { text, gradSinceFeature, lengths } = memory
      const { gradient } = adam.featureLayer
      share(textDim, FEATURE_BLOCK, (from, to) => {
        kernels.transposedMultiplyAdd(
          text,
          gradSinceFeature,
          gradient,
          lengths.length,
          textDim,
          dim,
          from,
          to,
        )
      })
    },

    /** T·W, and y of every place. */
    places() {
      share(memory.lengths.length, PASS_BLOCK, (from, to) => {
        if (textDim > 0) {
          const out = rowsOf(memory.fromText, from, to).fill(0)
          const text = memory.text.subarray(from * textDim, to * textDim)
          kernels.multiplyAdd(text, adam.featureLayer.parameters, out, to - from, textDim, dim)
        }
        updatePlaces(memory.everyPlace.subarray(from, to))
      })
    },

    /** E0 to where the hops start. */
    hopStart() {
      const { fromText, hops, hopBuffers } = memory
      const { parameters } = adam.residual
      share(parameters.length, PASS_BLOCK * dim, (from, to) => {
        for (let i = from; i < to; i++) hopBuffers.onPlaces[i] = fromText[i] + parameters[i]
        hops.fill(0, from, to)
      })
    },

    hopToUsers() {
      const { onPlaces, onUsers } = memory.hopBuffers
      share(start.rows, PASS_BLOCK, (from, to) => {
        const part = { ...normAdj, rows: to - from, starts: normAdj.starts.subarray(from, to + 1) }
        kernels.multiplySparseAdd(part, onPlaces, rowsOf(onUsers, from, to).fill(0), dim)
      })
    },

    hopToPlaces() {
      const { onPlaces, onUsers } = memory.hopBuffers
      share(start.columns, PASS_BLOCK, (from, to) => {
        const part = {
          ...normAdjTransposed,
          rows: to - from,
          starts: normAdjTransposed.starts.subarray(from, to + 1),
        }
        kernels.multiplySparseAdd(part, onUsers, rowsOf(onPlaces, from, to).fill(0), dim)
        for (let i = from * dim; i < to * dim; i++) memory.hops[i] += plan.hopWeight * onPlaces[i]
      })
    },

    /** x of every user. */
    users() {
      share(start.rows, PASS_BLOCK, (from, to) => {
        const x = rowsOf(memory.users, from, to)
        kernels.sumSparseRows(start, memory.everyUser.subarray(from, to), places, x, dim)
        setLastColumn(x, dim, () => 0)
        kernels.normalizeRows(x, x, memory.userLengths.subarray(from, to), dim)
        setLastColumn(x, dim, () => 1)
      })
    },
  }
}
