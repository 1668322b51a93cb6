// Words between runs: read back as they were, or reported and made anew.
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lexicalFile } from '../../src/text/lexical-file.ts'
import type { LexicalDocument } from '../../src/text/port.ts'

const POSITION = { revision: 7, vocabulary: 3 }
const QUERIES = ['바다 식당', '조용한', 'starbuks', 'blue', '메가커피']

function place(id: string, name: string, tags: readonly string[] = []): LexicalDocument {
  return { id, name, names: [], categories: ['카페'], areas: [], tags, address: '', description: '' }
}

async function store(source = 'sqlite') {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'words.bin')
  const reports: string[] = []
  const open = (from = source) => lexicalFile(path, from, (message) => reports.push(message))
  const index = open().create()
  index.upsert(place('gone', '하늘 다방'))
  index.upsert(place('a"\n', '바다 식당', ['조용한 곳']))
  index.upsert(place('b', 'Starbucks Reserve'))
  index.upsert(place('c', 'Blue Bottle', ['조용한']))
  index.upsert(place('d', '메가커피'))
  index.delete('gone')
  return { folder, path, reports, open, index }
}

it('answers after it was read as before, and takes changes', async () => {
  const { open, index, reports } = await store()
  const before = QUERIES.map((query) => index.search(query, 10))
  await open().write(index, POSITION)
  const read = (await open().read())!
  expect(read.position).toEqual(POSITION)
  expect(QUERIES.map((query) => read.index.search(query, 10))).toEqual(before)
  expect(QUERIES.map((query) => index.search(query, 10))).toEqual(before)
  expect(read.index.soundsLike('megacoffee')?.name).toBe('메가커피')
  expect(read.index.search('하늘', 10)).toEqual([])
  read.index.upsert(place('e', '하늘 식당'))
  read.index.delete('b')
  expect(read.index.search('하늘', 10).map(({ id }) => id)).toEqual(['e'])
  expect(read.index.search('starbucks', 10)).toEqual([])
  expect(read.index.size).toBe(4)
  expect(reports).toEqual([])
})

it('stores an index without documents, too', async () => {
  const { open } = await store()
  await open().write(open().create(), POSITION)
  const { index } = (await open().read())!
  expect([index.size, index.search('바다', 1)]).toEqual([0, []])
})

it('is as it was when writing began, whatever changes meanwhile', async () => {
  const { open, index } = await store()
  const writing = open().write(index, POSITION)
  index.upsert(place('late', '하늘 식당'))
  index.delete('b')
  await writing
  const read = (await open().read())!.index
  expect([read.size, read.search('하늘', 10)]).toEqual([4, []])
  expect(read.search('starbucks', 10).map(({ id }) => id)).toEqual(['b'])
})

it('is absent without a word where nothing was stored', async () => {
  const { open, reports } = await store()
  expect(await open().read()).toBeUndefined()
  expect(reports).toEqual([])
})

it('is absent and says why where the file is damaged, cut or of another catalog', async () => {
  const { path, open, index, reports } = await store()
  await open().write(index, POSITION)
  const bytes = await readFile(path)
  expect(await open('postgres://elsewhere/places').read()).toBeUndefined()
  expect(reports.pop()).toContain('another version, machine or catalog')
  const flipped = Buffer.from(bytes)
  flipped[flipped.length - 20] ^= 1
  for (const [damaged, reason] of [
    [flipped, 'checksum'],
    [bytes.subarray(0, bytes.length - 9), 'checksum'],
    [bytes.subarray(0, 10), 'header'],
    [Buffer.alloc(0), 'header'],
  ] as const) {
    await writeFile(path, damaged)
    expect(await open().read()).toBeUndefined()
    expect(reports.pop()).toContain(reason)
  }
})

it('reports a failure to write, and goes on', async () => {
  const { folder, open, index, reports } = await store()
  await rm(folder, { recursive: true })
  await open().write(index, POSITION)
  expect(reports).toEqual([expect.stringContaining('were not stored')])
})

it('removes what a killed process left, but nothing that another is writing', async () => {
  const { folder, path, open, index } = await store()
  await writeFile(`${path}.old.tmp`, 'x')
  await writeFile(`${path}.new.tmp`, 'x')
  await utimes(`${path}.old.tmp`, 0, 0)
  await open().write(index, POSITION)
  expect((await readdir(folder)).sort()).toEqual(['words.bin', 'words.bin.new.tmp'])
})
