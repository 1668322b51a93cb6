import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../src/errors.ts'

const root = new URL('../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')
const sources = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`)

describe('the table of errors', () => {
  it('stands in docs/errors.md, each code with its status, title and remedy, and no other', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `([a-z-]+)` *\| (.*?) *\|$/gm)]
    const documented = Object.fromEntries(
      rows.map(([, code, cells]) => [code, cells.split('|').map((cell) => cell.trim().replaceAll('\\', ''))]),
    )
    const expected = Object.fromEntries(
      Object.entries(ERRORS).map(([code, { status, title, remedy }]) => [
        code,
        [String(status), title, remedy],
      ]),
    )
    expect(documented).toEqual(expected)
    expect(rows).toHaveLength(Object.keys(ERRORS).length)
  })

  it('has no code without a use and a test', () => {
    const unmentioned = (folder: string, except: string) => {
      const texts = sources(folder)
        .filter((file) => file !== except)
        .map(read)
      return Object.keys(ERRORS).filter((code) => !texts.some((text) => text.includes(`'${code}'`)))
    }
    expect(unmentioned('src', 'src/errors.ts')).toEqual([])
    expect(unmentioned('test', 'test/errors.test.ts')).toEqual([])
  })
})
