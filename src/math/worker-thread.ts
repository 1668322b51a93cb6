// A thread of a pool: loads the phases and runs the ones it is told to. Leaves their order to worker-pool.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { PhaseModule, Phases, Reply } from './worker-pool.ts'

const { url, shared, thread } = workerData as PhaseModule & { readonly thread: number }
const { createPhases } = (await import(url)) as {
  createPhases(shared: unknown, thread: number): Phases
}
const phases = createPhases(shared, thread)
const reply = (message: Reply) => parentPort!.postMessage(message)

parentPort!.on('message', ({ phase, args }: { phase: string; args: readonly number[] }) => {
  try {
    phases[phase](...args)
    reply({})
  } catch (error) {
    reply({ failure: error instanceof Error ? error.message : String(error) })
  }
})
reply({})
