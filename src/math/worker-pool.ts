// Threads that run the same phases over shared memory; this thread is the first of them.
// Leaves what a phase does to the module that is given, and the threads' end of it to worker-thread.ts.
import { Worker } from 'node:worker_threads'
import { DongneError } from '../errors.ts'

/** What a thread can be asked to do, by name. A phase writes its results to shared memory. */
export type Phases = Readonly<Record<string, (...args: readonly number[]) => void>>

/** A module that the threads load. Its `createPhases(shared, thread)` makes the phases of thread 1, 2, … */
export interface PhaseModule {
  readonly url: string
  /** Cloned for each thread: shared memory stays shared, all else is copied. */
  readonly shared: unknown
}

export interface WorkerPool {
  readonly threads: number
  /**
   * Runs a phase on all threads at once, until the last is done. One run at a time. Throws what the phase threw on this
   * thread, or worker-failed for another thread's error or end; the pool is of no use after that.
   */
  run(phase: string, ...args: readonly number[]): Promise<void>
  /** Ends the threads, also in the middle of a run, which fails then. */
  close(): Promise<void>
}

/** What a thread answers: nothing when it is done, or why it failed. */
export type Reply = { readonly failure?: string }

/** @param local the phases of this thread, thread 0; with `threads` = 1 there are no others */
export async function createWorkerPool(
  local: Phases,
  threads: number,
  module: PhaseModule,
): Promise<WorkerPool> {
  let failure: DongneError | undefined
  let waiting = threads - 1
  let wake: () => void = () => {}
  const fail = (message: string, cause?: unknown) => {
    failure ??= new DongneError('worker-failed', message, { cause })
    wake()
  }
  const others = () =>
    new Promise<void>((resolve, reject) => {
      wake = () => {
        if (failure !== undefined) reject(failure)
        else if (waiting === 0) resolve()
      }
      wake()
    })

  const workers = Array.from({ length: threads - 1 }, (_, index) => {
    // Source and dist have the same layout and other endings.
    const thread = import.meta.url.replace(/worker-pool(\.[jt]s)$/, 'worker-thread$1')
    const worker = new Worker(new URL(thread), {
      workerData: { ...module, thread: index + 1 },
    })
    worker.on('message', (reply: Reply) => {
      if (reply.failure !== undefined) fail(`Thread ${index + 1}: ${reply.failure}`)
      waiting--
      wake()
    })
    worker.on('error', (cause) => fail(`Thread ${index + 1} failed: ${cause.message}`, cause))
    worker.on('exit', (code) => fail(`Thread ${index + 1} ended with code ${code}.`))
    return worker
  })
  async function close() {
    fail('The pool was closed.')
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  try {
    await others() // each says when it is ready
  } catch (error) {
    await close()
    throw error
  }
  return {
    threads,
    async run(phase, ...args) {
      if (failure !== undefined) throw failure
      waiting = workers.length
      for (const worker of workers) worker.postMessage({ phase, args })
      local[phase](...args)
      await others()
    },
    close,
  }
}
