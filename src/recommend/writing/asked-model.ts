// A language model as requests ask it: what it answered before at once, anything else within a time, then in the background.
// Leaves keeping answers to the model (text/kept-language-model.ts), what to do without one to whoever asks.
import type { Static, TSchema } from 'typebox'
import type {
  KeptLanguageModel,
  LanguageModelLimits,
  LanguageModelRequest,
} from '../../text/language-model.ts'

/**
 * How long an answer may take. `kept`: only what was answered before; it is asked for next time. A number: milliseconds,
 * after which it is kept for next time. `job`: as long as it takes.
 */
export type Wait = 'kept' | 'job' | number

export interface AskOptions {
  readonly wait: Wait
  /** Of a job. */
  readonly signal?: AbortSignal
}

export interface AskedModel {
  readonly limits: LanguageModelLimits
  /** Undefined where there is no answer in time. Throws language-model-failed where it fails in time. */
  ask<S extends TSchema>(
    request: Omit<LanguageModelRequest<S>, 'signal'>,
    options: AskOptions,
  ): Promise<Static<S> | undefined>
  /** Resolves when nothing is asked in the background. */
  idle(): Promise<void>
  /** Stops what is asked in the background, and waits for it. */
  close(): Promise<void>
}

/** Questions that wait in the background at most; more are asked when somebody wants them again. */
const MAX_WAITING = 100
/** Who waited in vain is not followed by others who do: for so long answers are made without the model. */
const UNWAITED_MS = 10_000

export function createAskedModel(model: KeptLanguageModel, now: () => number = Date.now): AskedModel {
  const background = createBackground(model.limits.maxParallelCalls)
  let unwaitedUntil = -Infinity

  async function within(key: string, work: (stop: AbortSignal) => Promise<unknown>, ms: number) {
    const isWaitedFor = now() >= unwaitedUntil
    const answer = await background.within(key, work, isWaitedFor ? ms : 0)
    if (answer === undefined && isWaitedFor && ms > 0) unwaitedUntil = now() + UNWAITED_MS
    return answer
  }

  return {
    limits: model.limits,
    idle: () => background.idle(),
    close: () => background.close(),
    async ask(request, { wait, signal }) {
      if (wait === 'job') return model.generate({ ...request, ...(signal && { signal }) })
      const kept = await model.recall(request)
      if (kept !== undefined) return kept
      const key = JSON.stringify([request.prompt.name, request.input])
      const work = (stop: AbortSignal) => model.generate({ ...request, signal: stop })
      return (await within(key, work, wait === 'kept' ? 0 : wait)) as typeof kept
    },
  }
}

/** Work that goes on after nobody waits for it any more, a few pieces at once; what fails there is asked again another time. */
function createBackground(maxAtOnce: number) {
  const running = new Map<string, Promise<unknown>>()
  const waiting: (() => void)[] = []
  const stop = new AbortController()
  let free = maxAtOnce

  async function run<T>(work: (stop: AbortSignal) => Promise<T>, isWaitedFor: boolean): Promise<T> {
    if (free > 0) free--
    else
      await new Promise<void>((resolve) => (isWaitedFor ? waiting.unshift(resolve) : waiting.push(resolve)))
    try {
      stop.signal.throwIfAborted()
      return await work(stop.signal)
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running.values())
  }

  return {
    idle,
    async close(): Promise<void> {
      stop.abort()
      await idle()
    },
    /**
     * The result, or undefined where it takes longer; the work goes on, before what nobody waits for. Throws what it
     * throws in time.
     */
    async within<T>(
      key: string,
      work: (stop: AbortSignal) => Promise<T>,
      ms: number,
    ): Promise<T | undefined> {
      let result = running.get(key) as Promise<T> | undefined
      if (result === undefined) {
        if (waiting.length >= MAX_WAITING) return undefined
        result = run(work, ms > 0).finally(() => running.delete(key))
        running.set(key, result)
        result.catch(() => {}) // whoever waits has it; in the background it is asked again another time
      }
      if (ms === 0) return undefined
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const timer = setTimeout(() => resolve(undefined), ms)
      try {
        return await Promise.race([result, late])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
