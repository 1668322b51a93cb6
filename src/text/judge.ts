// Which of two places fits better what somebody looks for, by a language model: blinded, in both orders, in seeded order.
// Leaves which places are compared, and counting, to its callers. Models prefer what comes first (L. Zheng and others,
// "Judging LLM-as-a-Judge", NeurIPS 2023, section 3.4): a verdict counts only where both orders agree.
import { Type } from 'typebox'
import { inLanes } from '../in-lanes.ts'
import { createRandom } from '../math/random.ts'
import type { LanguageModel } from './language-model.ts'
import { readPrompt } from './prompts.ts'

export interface Comparison {
  /** What is looked for, in words. */
  readonly wanted: string
  /** What is known of each place (JSON); nothing in it may tell which system it comes from. */
  readonly first: object
  readonly second: object
}

export interface Verdict {
  /** `inconsistent`: each order gave another answer. */
  readonly better: 'first' | 'second' | 'same' | 'inconsistent'
}

const AnswerSchema = Type.Object({ better: Type.Enum(['a', 'b', 'same']) }, { additionalProperties: false })

/** A verdict a comparison, in their order; asked in an order that follows from the seed. Throws language-model-failed. */
export async function judge(
  model: LanguageModel,
  comparisons: readonly Comparison[],
  {
    seed,
    signal,
    onJudged,
  }: { readonly seed: number; readonly signal?: AbortSignal; readonly onJudged?: (done: number) => void },
): Promise<Verdict[]> {
  const prompt = readPrompt('judge-relevance')
  const verdicts: Verdict[] = []
  const order = createRandom(seed).shuffle(comparisons.map((_, index) => index))
  let done = 0

  async function ask(wanted: string, a: object, b: object): Promise<'a' | 'b' | 'same'> {
    signal?.throwIfAborted()
    const input = JSON.stringify({ wanted, a, b })
    const request = { prompt, input, schema: AnswerSchema, ...(signal && { signal }) }
    return (await model.generate(request)).better
  }

  await inLanes(order, model.limits.maxParallelCalls, async (index) => {
    const { wanted, first, second } = comparisons[index]
    const straight = { a: 'first', b: 'second', same: 'same' } as const
    const turned = { a: 'second', b: 'first', same: 'same' } as const
    const one = straight[await ask(wanted, first, second)]
    const other = turned[await ask(wanted, second, first)]
    verdicts[index] = { better: one === other ? one : 'inconsistent' }
    onJudged?.(++done)
  })
  return verdicts
}
