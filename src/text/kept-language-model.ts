// A language model whose answers are kept with what they depend on, and given back instead of asking again.
// Leaves storage to the catalog, asking to the model behind it.
import { createHash } from 'node:crypto'
import type { Static, TSchema } from 'typebox'
import { DongneError } from '../errors.ts'
import type { KeptLanguageModel, LanguageModel, LanguageModelRequest } from './language-model.ts'
import { parseAnswer } from './parse-answer.ts'

interface OutputKey {
  readonly modelId: string
  readonly promptName: string
  readonly promptVersion: number
  readonly inputHash: string
}

/** The part of the catalog's port that keeps outputs. */
export interface OutputStore {
  modelOutput(key: OutputKey): Promise<{ readonly output: unknown; readonly at: number } | undefined>
  saveModelOutput(key: OutputKey, output: { readonly output: unknown; readonly at: number }): Promise<void>
}

/** Only answers that fit their schema are kept; the same question asked twice at once is asked once. */
export function keptLanguageModel(
  model: LanguageModel,
  store: OutputStore,
  now: () => number = Date.now,
): KeptLanguageModel {
  const asking = new Map<string, Promise<unknown>>()

  function keyOf<S extends TSchema>({ prompt, input, schema }: LanguageModelRequest<S>): OutputKey {
    const hash = createHash('sha256').update(JSON.stringify([prompt.system, input, schema]))
    const inputHash = hash.digest('base64url').slice(0, 32)
    return { modelId: model.id, promptName: prompt.name, promptVersion: prompt.version, inputHash }
  }

  async function recall<S extends TSchema>(request: LanguageModelRequest<S>): Promise<Static<S> | undefined> {
    const kept = await store.modelOutput(keyOf(request))
    if (kept === undefined) return undefined
    try {
      return parseAnswer(request.schema, kept.output)
    } catch (error) {
      // Somebody changed it: as good as never asked.
      if (error instanceof DongneError) return undefined
      throw error
    }
  }

  async function ask<S extends TSchema>(request: LanguageModelRequest<S>): Promise<Static<S>> {
    const output = await model.generate(request)
    await store.saveModelOutput(keyOf(request), { output, at: now() })
    return output
  }

  return {
    id: model.id,
    limits: model.limits,
    behind: model,
    ...(model.usage && { usage: model.usage }),
    recall,
    async generate(request) {
      const kept = await recall(request)
      if (kept !== undefined) return kept
      const key = JSON.stringify(keyOf(request))
      let answer = asking.get(key) as ReturnType<typeof ask<typeof request.schema>> | undefined
      if (answer === undefined) {
        answer = ask(request).finally(() => asking.delete(key))
        asking.set(key, answer)
      }
      return answer
    },
  }
}
