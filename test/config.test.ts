import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_KEYS, readConfig } from '../src/config.ts'

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

describe('the configuration', () => {
  it('lists every key with its default and meaning in .env.example, and no other', () => {
    const lines = read('.env.example').split('\n')
    const documented = Object.fromEntries(
      lines.flatMap((line, index) => {
        const match = /^#?([A-Z_]+)=(.*)$/.exec(line)
        return match === null
          ? []
          : [[match[1], { default: match[2], meaning: lines[index - 1].replace(/^# /, '') }]]
      }),
    )
    const expected = Object.fromEntries(
      Object.entries(CONFIG_KEYS).map(([name, key]) => [
        name,
        { default: key.default, meaning: key.meaning },
      ]),
    )
    expect(documented).toEqual(expected)
  })

  it('names every key in the README, and no other', () => {
    const named = new Set(
      read('README.md').match(
        /\b(?:DONGNE_[A-Z_]+|EMBEDDING_[A-Z_]+|LLM_[A-Z_]+|OPENSEARCH_URL|MILVUS_ADDRESS|PORT|HOST)\b/g,
      ),
    )
    expect([...named].filter((name) => !name.startsWith('DONGNE_TEST_')).sort()).toEqual(
      Object.keys(CONFIG_KEYS).sort(),
    )
  })

  it('has documented defaults', () => {
    expect(readConfig({})).toMatchObject({
      DONGNE_DATA_DIR: './data',
      PORT: 8080,
      HOST: '127.0.0.1',
      DONGNE_API_KEYS: [],
    })
  })

  it('takes keys with scopes', () => {
    expect(readConfig({ DONGNE_API_KEYS: '0123456789abcdef:read+write' }).DONGNE_API_KEYS).toEqual([
      { key: '0123456789abcdef', scopes: ['read', 'write'] },
    ])
  })

  it('takes the URL of a PostgreSQL database with its options', () => {
    const url = 'postgres://u:p%40ss@db:5432/maps?schema=x&sslmode=verify-full&lock_timeout=500'
    expect(readConfig({ DONGNE_DATABASE_URL: url }).DONGNE_DATABASE_URL).toBe(url)
    expect(readConfig({ DONGNE_DATABASE_URL: '' }).DONGNE_DATABASE_URL).toBe('')
  })

  it.each([
    ['mysql://u:secret@db/maps', 'must be postgres://'],
    ['postgres://u:sec#ret@db/maps', '%XX'],
    ['postgres://u:secret@db/maps?lock_timout=5', 'Did you mean "lock_timeout"'],
    ['postgres://u:secret@db/maps?sslmode=on', '"sslmode"'],
    ['postgres://u:secret@db/maps?port=many', '"port"'],
  ])('refuses the database URL %s without showing it', (url, words) => {
    const refused = expect.objectContaining({ message: expect.stringContaining(words) })
    expect(() => readConfig({ DONGNE_DATABASE_URL: url })).toThrow(refused)
    expect(() => readConfig({ DONGNE_DATABASE_URL: url })).not.toThrow(/sec#?ret/)
  })

  it('names every bad value and every misspelt key', () => {
    const env = { PORT: '80a', DONGNE_DATADIR: 'x', DONGNE_API_KEYS: 'short:read' }
    expect(() => readConfig(env)).toThrow(
      expect.objectContaining({
        code: 'invalid-config',
        errors: [
          { pointer: '/PORT', detail: expect.stringContaining('80a') },
          { pointer: '/DONGNE_API_KEYS', detail: expect.stringContaining('16 characters') },
          { pointer: '/DONGNE_DATADIR', detail: expect.stringContaining('DONGNE_DATA_DIR') },
        ],
      }),
    )
  })
})
