// The worker threads of the embedded engine: started when first needed, each with every segment it was asked about.
// Leaves the work to worker.ts.
import { Worker } from 'node:worker_threads'
import { DongneError, type ErrorCode } from '../../errors.ts'
import type { MergeInput } from './merge.ts'
import type { SearchQuery } from '../port.ts'
import type { SegmentData } from './segment-data.ts'
import type { SegmentHits } from './segment-reader.ts'
import type { Segment } from './segment.ts'

export interface SearchTask {
  readonly segment: number
  readonly query: Omit<SearchQuery, 'signal'>
}

export type Job =
  | { readonly type: 'search'; readonly tasks: readonly SearchTask[] }
  | { readonly type: 'merge'; readonly inputs: readonly MergeInput[] }
export type JobResult = SegmentHits[] | SegmentData

export type Message =
  | { readonly type: 'open'; readonly segment: number; readonly data: SegmentData }
  /** Which rows are live, for the jobs that come after. */
  | { readonly type: 'live'; readonly segment: number; readonly rows: Uint32Array }
  | { readonly type: 'close'; readonly segment: number }
  | { readonly type: 'job'; readonly number: number; readonly job: Job }

interface Pending {
  resolve(result: JobResult): void
  reject(error: Error): void
}

/** From source Node strips the types of the worker too; from dist it is compiled. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

export class SegmentThreads {
  /** How many searches may run at once; 0: none here, the caller's thread does them. */
  readonly threads: number
  #searchers: SegmentThread[] = []
  #merger: SegmentThread | undefined

  constructor(threads: number) {
    this.threads = threads
  }

  /** The hits of each task, with the rows that are live now. `segments` holds those of the tasks. */
  async search(
    tasks: readonly SearchTask[],
    segments: ReadonlyMap<number, Segment>,
  ): Promise<readonly SegmentHits[]> {
    this.#searchers = this.#searchers.filter((worker) => !worker.hasFailed)
    let worker = this.#searchers.find(({ load }) => load === 0)
    if (worker === undefined && this.#searchers.length < this.threads) {
      // Number 0 is the scratch of the main thread.
      const taken = new Set(this.#searchers.map(({ thread }) => thread))
      let thread = 1
      while (taken.has(thread)) thread++
      worker = new SegmentThread(thread)
      this.#searchers.push(worker)
    }
    worker ??= this.#searchers.reduce((a, b) => (b.load < a.load ? b : a))
    for (const [number, segment] of segments) worker.open(number, segment)
    return (await worker.run({ type: 'search', tasks })) as SegmentHits[]
  }

  async merge(inputs: readonly MergeInput[]): Promise<SegmentData> {
    if (this.#merger === undefined || this.#merger.hasFailed) this.#merger = new SegmentThread(0)
    return (await this.#merger.run({ type: 'merge', inputs })) as SegmentData
  }

  /** Lets go of the memory of a segment, after what is under way. */
  forget(segment: number): void {
    for (const worker of this.#searchers) worker.close(segment)
  }

  /** Ends the threads; what was under way is rejected. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#searchers, ...(this.#merger === undefined ? [] : [this.#merger])].map((w) => w.end()),
    )
    this.#searchers = []
    this.#merger = undefined
  }
}

class SegmentThread {
  readonly thread: number
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  /** How many rows each segment had hidden when the worker last heard of it. */
  readonly #hides = new Map<number, number>()
  #next = 0
  #failure: Error | undefined

  constructor(thread: number) {
    this.thread = thread
    this.#worker = new Worker(WORKER, { workerData: { thread } })
    // An idle thread keeps no process alive.
    this.#worker.unref()
    this.#worker.on(
      'message',
      (message: { number: number; result?: JobResult; error?: Error & { code?: ErrorCode } }) => {
        const pending = this.#pending.get(message.number)!
        this.#settled(message.number)
        if (message.result !== undefined) pending.resolve(message.result)
        else pending.reject(revive(message.error!))
      },
    )
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new DongneError('no-index', 'The index was closed.')))
  }

  /** Whether its thread has ended; another one takes its place. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  get load(): number {
    return this.#pending.size
  }

  open(number: number, { data, hides, liveRows }: Segment): void {
    const known = this.#hides.get(number)
    if (known === undefined) this.#post({ type: 'open', segment: number, data })
    if ((known ?? 0) !== hides) this.#post({ type: 'live', segment: number, rows: liveRows })
    this.#hides.set(number, hides)
  }

  close(segment: number): void {
    if (this.#hides.delete(segment)) this.#post({ type: 'close', segment })
  }

  run(job: Job): Promise<JobResult> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const number = this.#next++
      this.#pending.set(number, { resolve, reject })
      this.#worker.ref()
      this.#post({ type: 'job', number, job })
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #post(message: Message): void {
    this.#worker.postMessage(message)
  }

  #settled(number: number): void {
    this.#pending.delete(number)
    if (this.#pending.size === 0) this.#worker.unref()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#pending.values()) reject(this.#failure)
    this.#pending.clear()
  }
}

function revive({ code, message, stack }: Error & { code?: ErrorCode }): Error {
  const error = code === undefined ? new Error(message) : new DongneError(code, message)
  error.stack = stack
  return error
}
