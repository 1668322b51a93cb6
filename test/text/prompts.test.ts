import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PROMPT_NAMES, readPrompt } from '../../src/text/prompts.ts'

const golden = new URL('../golden/prompts.json', import.meta.url)

it('the prompts keep their words while they keep their version', () => {
  const found = Object.fromEntries(
    PROMPT_NAMES.map((name) => {
      const { version, system } = readPrompt(name)
      return [name, { version, sha256: createHash('sha256').update(system).digest('hex') }]
    }),
  )
  if (process.env['DONGNE_TEST_UPDATE_GOLDEN'] === '1')
    writeFileSync(golden, `${JSON.stringify(found, null, 2)}\n`)
  // Changed words: raise the version in the file, then DONGNE_TEST_UPDATE_GOLDEN=1.
  expect(found).toEqual(JSON.parse(readFileSync(golden, 'utf8')))
})

it('every file of prompts is one that can be read by name', () => {
  const files = readdirSync(new URL('../../src/text/prompts', import.meta.url))
  expect(files.map((file) => file.replace('.md', '')).sort()).toEqual([...PROMPT_NAMES].sort())
})
