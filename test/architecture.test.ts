// The shape of src/: imports point upwards in design order, siblings stay apart, vendors stay in their adapters.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Who may import whom, besides files of the same folder. */
const ALLOWED: Record<string, readonly string[]> = {
  'errors.ts': [],
  'durable-files.ts': ['errors.ts'],
  'load-sdk.ts': ['errors.ts'],
  'in-lanes.ts': [],
  'fault-policy.ts': ['errors.ts'],
  domain: ['errors.ts'],
  'config.ts': ['errors.ts', 'domain'],
  geo: ['errors.ts', 'domain'],
  math: ['errors.ts', 'domain'],
  catalog: ['errors.ts', 'durable-files.ts', 'domain', 'geo', 'math'],
  import: ['errors.ts', 'durable-files.ts', 'domain', 'geo', 'math'],
  text: [
    'errors.ts',
    'durable-files.ts',
    'load-sdk.ts',
    'fault-policy.ts',
    'in-lanes.ts',
    'domain',
    'geo',
    'math',
  ],
  graph: ['errors.ts', 'durable-files.ts', 'domain', 'geo', 'math'],
  'vector-index': [
    'errors.ts',
    'durable-files.ts',
    'load-sdk.ts',
    'fault-policy.ts',
    'domain',
    'geo',
    'math',
  ],
  recommend: [
    'errors.ts',
    'domain',
    'geo',
    'math',
    'catalog/port.ts',
    'text/port.ts',
    'text/words.ts',
    'text/denials.ts',
    'text/function-words.ts',
    'text/concepts.ts',
    'text/korean-endings.ts',
    'text/particles.ts',
    'text/spelling.ts',
    'text/telling-words.ts',
    'text/verdicts.ts',
    'text/language-model.ts',
    'text/prompts.ts',
    'graph/model.ts',
    'vector-index/port.ts',
    'vector-index/filter.ts',
  ],
  pipeline: [
    'errors.ts',
    'durable-files.ts',
    'fault-policy.ts',
    'in-lanes.ts',
    'domain',
    'geo',
    'math',
    'catalog',
    'import',
    'text',
    'graph',
    'vector-index',
    'recommend',
  ],
  http: ['errors.ts', 'config.ts', 'domain', 'geo', 'math', 'recommend', 'pipeline'],
  web: ['domain', 'recommend/port.ts'],
  'data.ts': ['config.ts', 'fault-policy.ts', 'catalog', 'text', 'pipeline'],
  'app.ts': ['*'],
  'serve.ts': ['*'],
  cli: ['*'],
  'cli.ts': ['*'],
  'index.ts': ['*'],
}

const VENDORS: Record<string, RegExp> = {
  kysely: /^catalog\//,
  'node:sqlite': /^catalog\//,
  pg: /^catalog\/node-postgres\.ts$/,
  opening_hours: /^geo\/opening-hours\.ts$/,
  flatbush: /^geo\//,
  '@opensearch-project/opensearch': /^vector-index\/opensearch\/server\.ts$/,
  '@zilliz/milvus2-sdk-node': /^vector-index\/milvus\/server\.ts$/,
  cockatiel: /^fault-policy\.ts$/,
  ai: /^text\/openai-compatible\.ts$/,
  '@ai-sdk/openai-compatible': /^text\/openai-compatible\.ts$/,
  fastify: /^http\//,
  commander: /^cli(\/|\.ts$)/,
}

interface Import {
  readonly file: string
  readonly specifier: string
}

const imports: Import[] = globSync('**/*.ts', { cwd: src }).flatMap((file) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, specifier]) => ({
      file,
      specifier,
    }),
  ),
)

/** "domain" for domain/place.ts, "errors.ts" for errors.ts. */
const unit = (file: string) => file.split('/')[0]

describe('the import direction of src', () => {
  it('knows every folder', () => {
    expect([...new Set(imports.map(({ file }) => unit(file)))].filter((name) => !(name in ALLOWED))).toEqual(
      [],
    )
  })

  it('holds for every import', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false
      const target = relative(src, join(src, dirname(file), specifier))
      if (target.startsWith('..') || unit(target) === unit(file)) return false
      const allowed = ALLOWED[unit(file)] ?? []
      return !allowed.includes('*') && !allowed.includes(unit(target)) && !allowed.includes(target)
    })
    expect(wrong).toEqual([])
  })

  it('keeps vendor libraries in their adapters', () => {
    const wrong = imports.filter(
      ({ file, specifier }) => VENDORS[specifier] && !VENDORS[specifier].test(file),
    )
    expect(wrong).toEqual([])
  })

  it('reads process.env in config.ts only', () => {
    const readers = globSync('**/*.ts', { cwd: src }).filter((file) =>
      readFileSync(join(src, file), 'utf8').includes('process.env'),
    )
    expect(readers).toEqual(['config.ts'])
  })
})
