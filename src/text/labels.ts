// Labels of places from fixed sets, by a language model: the answer can hold nothing but a known label.
// Leaves what is done with them to people: nothing here changes a place.
import { Type, type TProperties } from 'typebox'
import type { LanguageModel } from './language-model.ts'
import { readPrompt } from './prompts.ts'

/** Allowed labels by question, such as `{ indoor: ['yes', 'no'], category: ['food/cafe', 'food/bakery'] }`. */
export type LabelQuestions = Readonly<Record<string, readonly string[]>>

/** By question; a question that the data does not answer is absent. */
export type Labels = Readonly<Record<string, string>>

/** What a model says where the data says nothing. */
const UNKNOWN = 'unknown'

/** Returns a function from what is known of a place (JSON) to its labels. It throws language-model-failed. */
export function createLabeller(model: LanguageModel, questions: LabelQuestions) {
  const properties: TProperties = {}
  for (const [name, labels] of Object.entries(questions)) {
    properties[name] = Type.Enum([...new Set([...labels, UNKNOWN])])
  }
  const schema = Type.Object(properties, { additionalProperties: false })
  const prompt = readPrompt('label-place')
  return async (known: object, signal?: AbortSignal): Promise<Labels> => {
    const input = JSON.stringify(known)
    const answer = await model.generate({ prompt, input, schema, ...(signal && { signal }) })
    const chosen = Object.entries(answer as Record<string, string>)
    return Object.fromEntries(chosen.filter(([, label]) => label !== UNKNOWN))
  }
}
