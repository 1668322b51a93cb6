import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRejects } from '../../src/import/rejects.ts'
import { fileWith } from './read-file.ts'

const REJECT = { file: 'a.csv', line: 3, field: 'lng', value: 200, reason: 'must be <= 180 (got 200)' }

describe('the file of rejected rows', () => {
  it('has a line for each, and is made with the first one', async () => {
    const folder = join(dirname(await fileWith('')), 'rejects')
    const rejects = createRejects(folder, 'a.csv')
    expect(rejects.path).toBeUndefined()
    expect(existsSync(folder)).toBe(false)
    rejects.add(REJECT)
    rejects.add({ ...REJECT, line: 4 })
    rejects.close()
    expect(rejects).toMatchObject({ count: 2, path: join(folder, 'a.csv.rejects.ndjson') })
    const lines = readFileSync(rejects.path!, 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([REJECT, { ...REJECT, line: 4 }])
  })

  it('starts anew with the next import', async () => {
    const folder = dirname(await fileWith(''))
    for (const line of [1, 2]) {
      const rejects = createRejects(folder, 'a.csv')
      rejects.add({ ...REJECT, line })
      rejects.close()
    }
    const path = join(folder, 'a.csv.rejects.ndjson')
    expect(readFileSync(path, 'utf8')).toContain('"line":2')
    expect(readFileSync(path, 'utf8')).not.toContain('"line":1')
    createRejects(folder, 'a.csv').close()
    expect(existsSync(path)).toBe(false)
  })
})
