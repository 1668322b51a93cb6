// The model in training and its step: forward, loss, gradients, Adam. The reference kernels make it the specification,
// the WebAssembly ones, on any number of threads, make it fast.
//
//   T  [places, textDim]  text vectors            W  [textDim, dim]  feature layer (learnt)
//   R  [places, dim]      residual (learnt)       E0 [places, dim]   = T·W + R
//   H  [places, dim]      = hopWeight · Σ_{k=1..layers} Qᵏ E0, Q = D_i^-½ Aᵀ D_u⁻¹ A D_i^-½: LightGCN's way from place
//                         to place (He et al., SIGIR 2020, Eq. 7-8, with a weight for its layers)
//   b  [places]           bias: how popular, whoever asks (learnt)
//   y = [E / |E|, b]      E = E0 + H
//   x = [S / |S|, 1]      S = Σ over the user's places of share · y: users have no table of their own
//
// H is computed once an epoch and held constant between (five times faster than in every step, at the same quality).
// Loss: each positive of a user, scored by the user without it, against negatives that the step shares (InfoNCE, van den
// Oord et al. 2018, Eq. 4): ℓ_p = −s_p + log( e^{s_p} + Σ_n e^{s_un} ), s = x·y / temperature. A user's positives count
// by how well they are understood (math/contrastive.ts): Σ_u −|P_u|^½ / (κ B) · log( mean_p e^{−κ ℓ_p} ).
// What a user dislikes joins the user's negatives, weighing as many of them. The last of the dim coordinates is the bias's (model.ts): W, R, E0 and H are zero there.
// Leaves the graph to interactions.ts, the start to start.ts, epochs and their choice to train.ts, the arithmetic of a step
// to training-phases.ts.
import { createWorkerPool, type WorkerPool } from '../math/worker-pool.ts'
import type { Kernels } from '../math/kernels.ts'
import type { Random } from '../math/random.ts'
import type { WasmKernels } from '../math/wasm-kernels.ts'
import type { TrainingGraph } from './interactions.ts'
import type { Parameters, TrainInput } from './parameters.ts'
import { createBatchWriter, createNegativeDealer, type Batch } from './training-batch.ts'
import { createTrainingMemory, type Plan, type TrainingMemory } from './training-memory.ts'
import { createTrainingPhases, type SharedTraining, type TrainingPhases } from './training-phases.ts'

/** Unit vectors with the bias, `[users, dim]` and `[places, dim]`. */
export interface Embeddings {
  readonly users: Float32Array
  readonly places: Float32Array
}

/** Everything that a pass changes and the next one needs. */
export interface TrainerState {
  readonly steps: number
  readonly featureSteps: number
  /** Parameters and Adam's two moments of W, R and b, in this order; then the gradients that W has not seen. */
  readonly arrays: readonly Float32Array[]
}

/** W moves every so many steps, with the gradients of all of them: T·W is the dearest product of a step. */
const FEATURE_INTERVAL = 4
const WARM_UP_STEPS = 20

export interface TrainerOptions {
  readonly input: Pick<TrainInput, 'textVectors' | 'textDim'>
  readonly graph: TrainingGraph
  readonly parameters: Parameters
  readonly plan: Plan
  readonly random: Random
}

/** A trainer on the threads of WebAssembly. The bytes do not depend on their number. Throws worker-failed. */
export async function createTrainer(
  kernels: WasmKernels,
  options: TrainerOptions,
  threads: number,
): Promise<Trainer> {
  const memory = memoryOf(kernels, options, threads)
  const shared: SharedTraining = { wasm: kernels.memory, memory }
  const phases = createTrainingPhases(kernels, memory, 0)
  const url = import.meta.url.replace(/trainer(\.[jt]s)$/, 'training-phases$1')
  return new Trainer(kernels, memory, await createWorkerPool(phases, threads, { url, shared }), options)
}

/** A trainer on this thread, whatever the kernels. */
export async function createPlainTrainer(kernels: Kernels, options: TrainerOptions): Promise<Trainer> {
  const memory = memoryOf(kernels, options, 1)
  const phases = createTrainingPhases(kernels, memory, 0)
  return new Trainer(
    kernels,
    memory,
    await createWorkerPool(phases, 1, { url: '', shared: undefined }),
    options,
  )
}

function memoryOf(kernels: Kernels, options: TrainerOptions, threads: number): TrainingMemory {
  const { input, graph, parameters, plan } = options
  return createTrainingMemory(kernels, input, graph, parameters, plan, threads)
}

export class Trainer {
  readonly #kernels: Kernels
  readonly #memory: TrainingMemory
  readonly #pool: WorkerPool
  readonly #random: Random
  readonly #write: (batch: Batch) => number
  #steps = 0
  #featureSteps = 0

  constructor(kernels: Kernels, memory: TrainingMemory, pool: WorkerPool, { random }: TrainerOptions) {
    this.#kernels = kernels
    this.#memory = memory
    this.#pool = pool
    this.#random = random
    this.#write = createBatchWriter(memory)
  }

  /** In the memory of the kernels; what a caller changes here counts from the next pass on. */
  get parameters(): Parameters {
    const { featureLayer, residual, bias } = this.#memory.adam
    return { featureLayer: featureLayer.parameters, residual: residual.parameters, bias: bias.parameters }
  }

  /** Unit user and place vectors, with fresh hops. The returned arrays are reused by the next pass. */
  async forward(): Promise<Embeddings> {
    await this.#updateHops()
    await this.#run('users')
    return { users: this.#memory.users, places: this.#memory.places }
  }

  /** Loss of a batch, and its gradients with respect to each parameter, in their shapes; hops as of the last `forward`. */
  async lossAndGradients(batch: Batch): Promise<{ loss: number; gradients: Parameters }> {
    await this.#run('places')
    const [users, count] = [batch.users.length, batch.negatives.length]
    const reached = this.#write(batch)
    await this.#run('score', users, count)
    await this.#run('collect', users, count, reached)
    await this.#run('featureGradient')
    const { featureLayer, residual, bias } = this.#memory.adam
    const gradients = {
      featureLayer: featureLayer.gradient.slice(),
      residual: residual.gradient.slice(),
      bias: bias.gradient.slice(),
    }
    for (const { gradient } of [featureLayer, residual, bias]) gradient.fill(0)
    this.#memory.gradSinceFeature.fill(0)
    return { loss: this.#loss(users), gradients }
  }

  /**
   * One pass over the users in random order; returns the mean loss. Stops early once `outOfTime`.
   * @param epoch from 0
   * @param epochs after which the learning rate has fallen to 0, by a cosine
   */
  async epoch(epoch: number, epochs: number, outOfTime: () => boolean): Promise<number> {
    const { batchUsers, learningRate, negatives } = this.#memory.plan
    const { rows: users, columns: places } = this.#memory.matrices.start
    // By epoch, so that a run that is taken up again draws the same.
    const random = this.#random.fork(`epoch ${epoch}`)
    const order = random.shuffle(Uint32Array.from({ length: users }, (_, user) => user))
    const stepsPerEpoch = Math.ceil(users / batchUsers)
    const dealNegatives = createNegativeDealer(random, places, negatives)
    await this.#updateHops()
    let loss = 0
    let steps = 0
    for (let from = 0; from < users; from += batchUsers) {
      if (steps > 0 && outOfTime()) break
      const done = (epoch * stepsPerEpoch + steps) / (epochs * stepsPerEpoch)
      const warmUp = Math.min(1, (this.#steps + 1) / WARM_UP_STEPS)
      const rate = learningRate * warmUp * 0.5 * (1 + Math.cos(Math.PI * done))
      const batch = {
        users: order.subarray(from, from + batchUsers),
        negatives: dealNegatives(),
      }
      loss += await this.#step(batch, rate)
      steps++
    }
    return loss / steps
  }

  /** Between passes; views of what the next pass changes. */
  state(): TrainerState {
    const { featureLayer, residual, bias } = this.#memory.adam
    const adam = [featureLayer, residual, bias].flatMap(({ parameters, first, second }) => [
      parameters,
      first,
      second,
    ])
    const arrays = [...adam, this.#memory.gradSinceFeature]
    return { steps: this.#steps, featureSteps: this.#featureSteps, arrays }
  }

  /** Goes on as the trainer that had this state. */
  restore({ steps, featureSteps, arrays }: TrainerState): void {
    this.#steps = steps
    this.#featureSteps = featureSteps
    this.state().arrays.forEach((array, index) => array.set(arrays[index]))
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  async #step(batch: Batch, rate: number): Promise<number> {
    const { adam, everyFeature, gradSinceFeature, plan, textDim } = this.#memory
    const [users, count] = [batch.users.length, batch.negatives.length]
    const reached = this.#write(batch)
    await this.#run('score', users, count)
    this.#steps++
    const biasRate = plan.biased ? plan.biasRate * rate : 0
    await this.#run('learn', users, count, reached, rate, biasRate, this.#steps)
    if (textDim > 0 && this.#steps % FEATURE_INTERVAL === 0) {
      await this.#run('featureGradient')
      gradSinceFeature.fill(0)
      this.#kernels.adamRows(adam.featureLayer, everyFeature, rate, ++this.#featureSteps)
      await this.#run('places')
    }
    return this.#loss(users)
  }

  #loss(users: number): number {
    let loss = 0
    for (let i = 0; i < users; i++) loss += this.#memory.batch.losses[i]
    return loss
  }

  /** H from E0, and y with it. O(layers · edges · dim). */
  async #updateHops(): Promise<void> {
    await this.#run('places')
    if (this.#memory.plan.layers === 0) return
    await this.#run('hopStart')
    for (let layer = 1; layer <= this.#memory.plan.layers; layer++) {
      await this.#run('hopToUsers')
      await this.#run('hopToPlaces')
    }
    await this.#run('places')
  }

  async #run(phase: keyof TrainingPhases, ...args: readonly number[]): Promise<void> {
    this.#memory.tickets[0] = 0
    await this.#pool.run(phase, ...args)
  }
}
