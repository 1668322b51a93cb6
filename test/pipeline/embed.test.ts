import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { openData, type Data } from '../../src/data.ts'
import { planEmbed, runEmbed } from '../../src/pipeline/embed.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import { runTrain } from '../../src/pipeline/train.ts'
import { SILENT } from '../silent-progress.ts'
import {
  embeddingReply,
  replayingEndpoint,
  type Reply,
  type SentRequest,
} from '../text/replaying-endpoint.ts'

/** A vector of the text's letters: the same text, the same vector. */
const vectorOf = (text: string) => [...createHash('sha256').update(text).digest()].map((byte) => byte - 100)

const embedded = ({ body }: SentRequest): Reply => embeddingReply(body.input!.map(vectorOf))

const env = (url: string, more: Record<string, string> = {}) => ({
  DONGNE_EMBEDDING: 'openai-compatible',
  EMBEDDING_BASE_URL: url,
  EMBEDDING_MODEL: 'letters',
  EMBEDDING_BATCH_SIZE: '10',
  EMBEDDING_PARALLEL_CALLS: '3',
  ...more,
})

const PLACES = Array.from({ length: 250 }, (_, index) => ({
  id: `p${index}`,
  name: `가게 ${index}`,
  categories: ['food'],
  lng: 127,
  lat: 37.5,
  geohash: 'wydm9qwj7abc',
  regions: [],
  spots: [],
}))

/** A data folder with places, opened with this configuration; closed and removed when the test ends. */
async function stored(configuration: Record<string, string>): Promise<Data> {
  const root = await mkdtemp(join(tmpdir(), 'dongne-embed-'))
  const data = await openData(readConfig({ ...configuration, DONGNE_DATA_DIR: root }))
  await data.catalog.savePlaces(PLACES)
  onTestFinished(async () => {
    await data.close()
    await rm(root, { recursive: true, force: true })
  })
  return data
}

async function reopened({ config }: Data, configuration: Record<string, string>): Promise<Data> {
  const data = await openData(readConfig({ ...configuration, DONGNE_DATA_DIR: config.DONGNE_DATA_DIR }))
  onTestFinished(() => data.close())
  return data
}

const train = ({ catalog, texts, folder }: Data) =>
  runTrain({
    catalog,
    texts,
    modelsFolder: folder.models,
    dim: 16,
    seed: 1,
    budgetSeconds: 2,
    threads: 1,
    progress: SILENT,
  })

describe('embed with an endpoint', () => {
  it('sends each text once, in requests of the configured size, some at once', async () => {
    let running = 0
    let most = 0
    const { url, requests } = await replayingEndpoint(async (request) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running--
      return embedded(request)
    })
    const { catalog, texts } = await stored(env(url))
    const summary = await runEmbed({ catalog, texts, progress: SILENT })
    expect(summary).toMatchObject({ places: 250, embedded: 250, cached: 0, requests: 25, tokens: 7 * 250 })
    expect(requests.every(({ body }) => body.input!.length === 10)).toBe(true)
    expect(new Set(requests.flatMap(({ body }) => body.input!)).size).toBe(250)
    expect(most).toBe(3)
  })

  it('goes on after a failure with what is missing, and a changed text is the only one that is sent again', async () => {
    let left = 9
    const { url, requests } = await replayingEndpoint((request) =>
      left-- > 0 ? embedded(request) : { status: 401, body: '{"error":{"message":"no"}}' },
    )
    const { catalog, texts } = await stored(env(url))
    await expect(runEmbed({ catalog, texts, progress: SILENT })).rejects.toMatchObject({
      code: 'embedding-failed',
    })
    left = Infinity
    expect(await runEmbed({ catalog, texts, progress: SILENT })).toMatchObject({
      embedded: 160,
      cached: 90,
      requests: 16,
    })
    expect(requests).toHaveLength(9 + 3 + 16)
    await catalog.savePlaces([{ ...PLACES[3], name: '새 이름' }])
    expect(await runEmbed({ catalog, texts, progress: SILENT })).toMatchObject({ embedded: 1, requests: 1 })
    expect(await runEmbed({ catalog, texts, progress: SILENT })).toMatchObject({ embedded: 0, requests: 0 })
  })

  it('says before what a run will do, without asking anybody', async () => {
    const { url, requests } = await replayingEndpoint(embedded)
    const { catalog, texts } = await stored(env(url, { EMBEDDING_PRICE: '0.5', EMBEDDING_MAX_CHARS: '50' }))
    await catalog.savePlaces([{ ...PLACES[0], description: '긴 소개 '.repeat(30) }])
    const plan = await planEmbed({ catalog, texts, progress: SILENT })
    expect(plan).toMatchObject({ places: 250, texts: 250, cached: 0, requests: 25, cut: 1 })
    expect(plan.cost).toBeCloseTo((plan.tokens * 0.5) / 1e6, 12)
    expect(requests).toHaveLength(0)
    let told: unknown
    const summary = await runEmbed({ catalog, texts, progress: SILENT, onPlan: (plan) => (told = plan) })
    expect(told).toEqual(plan)
    expect(summary.cost).toBeCloseTo((7 * 250 * 0.5) / 1e6, 12)
    expect(requests).toHaveLength(25)
  })

  it('reduces the vectors to the dimension of the text model, learnt of all of them', async () => {
    const { url } = await replayingEndpoint(embedded)
    const { catalog, texts } = await stored(env(url, { EMBEDDING_REDUCED_DIM: '12' }))
    const { model, dim } = await runEmbed({ catalog, texts, progress: SILENT })
    expect(dim).toBe(12)
    const opened = (await texts.open())!
    expect(opened).toMatchObject({ id: model, dim: 12 })
    const [vector] = await opened.embed(['가게 1'], 'query')
    expect(vector).toHaveLength(12)
    const again = await runEmbed({ catalog, texts, progress: SILENT })
    expect(again.model).toBe(model)
  })

  it('keeps a model that was trained on other texts out, and names both', async () => {
    const { url } = await replayingEndpoint(embedded)
    const offline = await stored({})
    await runEmbed({ ...offline, progress: SILENT })
    const { textModelId } = await train(offline)
    const data = await reopened(offline, env(url))
    await runEmbed({ ...data, progress: SILENT })
    const open = openEncoder({ ...data, patience: 'job' })
    await expect(open).rejects.toMatchObject({ code: 'mixed-text-models' })
    await expect(open).rejects.toThrow(new RegExp(`${textModelId}.*letters#`))
    await train(data)
    expect((await openEncoder({ ...data, patience: 'job' })).model.info.textModelId).toMatch(/^letters#/)
    const back = await reopened(data, {})
    await expect(openEncoder({ ...back, patience: 'job' })).rejects.toThrow(/letters#.*offline encoder/)
  })

  it('asks for a model of its own before training', async () => {
    const { url } = await replayingEndpoint(embedded)
    await expect(train(await stored(env(url)))).rejects.toMatchObject({ code: 'no-text-vectors' })
  })

  it('needs its address and its model', () => {
    expect(() => readConfig({ DONGNE_EMBEDDING: 'openai-compatible' })).toThrow(
      /EMBEDDING_BASE_URL is missing; EMBEDDING_MODEL is missing/,
    )
  })
})

describe('an app behind an endpoint', () => {
  it('opens without asking it anything', async () => {
    const { url, requests } = await replayingEndpoint(embedded)
    const { config } = await stored(env(url))
    await (await openApp(config)).close()
    expect(requests).toHaveLength(0)
  })
})
