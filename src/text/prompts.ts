// The prompts: files beside this one, each with a version that grows with every change of its words.
// Leaves what is asked with them to their callers; a test keeps words and versions together.
import { readFileSync } from 'node:fs'
import type { Prompt } from './language-model.ts'

export const PROMPT_NAMES = [
  'describe-course',
  'describe-place',
  'judge-relevance',
  'label-place',
  'name-keywords',
  'read-question',
  'review-reason',
  'same-place',
] as const

export type PromptName = (typeof PROMPT_NAMES)[number]

const FILE = /^version: (\d+)\n\n([^]+)$/

const read = new Map<PromptName, Prompt>()

/** "version: 3", an empty line, then the instructions. */
export function readPrompt(name: PromptName): Prompt {
  const known = read.get(name)
  if (known !== undefined) return known
  const text = readFileSync(new URL(`prompts/${name}.md`, import.meta.url), 'utf8')
  const match = FILE.exec(text)
  if (match === null) throw new Error(`The prompt ${name} does not begin with its version.`)
  const prompt = { name, version: Number(match[1]), system: match[2].trim() }
  read.set(name, prompt)
  return prompt
}
