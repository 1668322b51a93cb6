// describe, label and judge as commands, and what a service then says, with and without the model.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openData } from '../../src/data.ts'
import { parseSearchRequest } from '../../src/domain/recommendation.ts'
import { describePlanText, planDescribe, runDescribe } from '../../src/pipeline/describe.ts'
import { runDoctor } from '../../src/pipeline/doctor.ts'
import { runJudge, signTest } from '../../src/pipeline/judge.ts'
import { runLabel } from '../../src/pipeline/label.ts'
import { openApp } from '../../src/app.ts'
import { serveStored } from '../recommend/served-places.ts'
import { SILENT } from '../silent-progress.ts'
import { chatReply, replayingEndpoint } from '../text/replaying-endpoint.ts'

const places = ['조용한 카페', '매운 국수', '해변 산책로'].map((name, index) => ({
  id: `p${index}`,
  name,
  lng: 127 + index / 1000,
  lat: 37.5,
  tags: ['조용한'],
  reviews: ['정말 조용한 곳이에요', `${name} 최고`],
}))
const env = (url: string) => ({ LLM_BASE_URL: url, LLM_MODEL: 'm', LLM_PARALLEL_CALLS: '1' })
const WRITTEN = '조용한 곳이에요.'

/** Labels, verdicts or a text, by the schema that is asked for. */
const answering = ({ body }: { body: Record<string, unknown> }) => {
  const schema = JSON.stringify(body['response_format'])
  if (schema.includes('"indoor"')) return chatReply('{"indoor":"yes"}')
  if (schema.includes('"greeting"')) return chatReply('{"greeting":"yes"}')
  if (schema.includes('"better"')) return chatReply('{"better":"a"}')
  return chatReply(JSON.stringify({ text: WRITTEN }))
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'dongne-jobs-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

describe('dongne describe', () => {
  it('fills what answers take from the catalog, also when the model is gone', async () => {
    const { url, requests, close } = await replayingEndpoint(answering)
    const { catalog, config, service, languageModel } = await serveStored({ places, env: env(url) })
    const job = { catalog, model: languageModel('job')!, locales: ['ko'] as const, progress: SILENT }
    expect(await runDescribe(job)).toMatchObject({ descriptions: 3, byModel: 3, byTemplate: 0, requests: 3 })
    expect(await runDescribe({ ...job, model: languageModel('job')! })).toMatchObject({
      requests: 0,
      byModel: 3,
    })
    expect(requests).toHaveLength(3)
    await close()
    expect(await service.describePlace('p0', 'ko')).toEqual({
      placeId: 'p0',
      locale: 'ko',
      text: WRITTEN,
      generatedBy: 'model',
      quotes: [],
    })
    // In a language that was not asked for there is the template.
    expect(await service.describePlace('p0', 'en')).toMatchObject({ generatedBy: 'template' })
    const without = await openApp({ ...config, LLM_BASE_URL: '' })
    onTestFinished(() => without.close())
    expect(await without.service.describePlace('p0', 'ko')).toMatchObject({ generatedBy: 'template' })
    await expect(service.describePlace('none', 'ko')).rejects.toMatchObject({ code: 'unknown-place' })
  })

  it('tells before what it would ask, in tokens and money, and asks nobody', async () => {
    const { url, requests } = await replayingEndpoint(answering)
    const { catalog, languageModel } = await serveStored({ places, env: env(url) })
    const prices = { input: 1000, output: 5000 }
    const job = {
      catalog,
      model: languageModel('job')!,
      locales: ['ko', 'en'] as const,
      prices,
      progress: SILENT,
    }
    const plan = await planDescribe(job)
    expect(plan).toMatchObject({
      descriptions: 6,
      texts: 6,
      requests: 6,
      cached: 0,
      tooLong: 0,
      outputTokens: 360,
    })
    expect(plan.cost).toBeCloseTo(((plan.tokens - 360) * 1000 + 360 * 5000) / 1e6, 10)
    expect(describePlanText(plan)).toMatch(
      /^6 descriptions to write with m#.*360 of answers.* in 6 requests, some \d/,
    )
    expect(requests).toHaveLength(0)
    expect(plan.tokens / 6).toBeGreaterThan(300)
    expect(plan.tokens / 6).toBeLessThan(800)

    const summary = await runDescribe({ ...job, locales: ['ko'] })
    // The scripted endpoint counts 31 tokens an answer, 20 of them written.
    expect(summary).toMatchObject({ requests: 3, tokens: 93, outputTokens: 60 })
    expect(summary.cost).toBeCloseTo((33 * 1000 + 60 * 5000) / 1e6, 10)
    expect(await planDescribe(job)).toMatchObject({ descriptions: 6, texts: 3, cached: 3, requests: 3 })
    const small = { ...job.model, limits: { ...job.model.limits, maxInputChars: 10 } }
    expect(await planDescribe({ ...job, model: small })).toMatchObject({ tooLong: 6, requests: 0, tokens: 0 })
    const { cost, ...unpriced } = await planDescribe({ ...job, prices: {} })
    expect(cost).toBeUndefined()
    expect(unpriced.requests).toBe(3)
  })

  it('says why texts were not used', async () => {
    const { url } = await replayingEndpoint([chatReply('{"text":"최고의 곳이에요."}')])
    const { catalog, languageModel } = await serveStored({ places, env: env(url) })
    const summary = await runDescribe({
      catalog,
      model: languageModel('job')!,
      locales: ['ko'],
      limit: 2,
      progress: SILENT,
    })
    expect(summary).toMatchObject({ descriptions: 2, byModel: 0, byTemplate: 2 })
    expect(summary.problems[0]).toMatchObject({ times: 2, problem: expect.stringContaining('최고의') })
  })
})

describe('search with a language model', () => {
  it('gives a reason in its words on the second time, and the line of a review before and without it', async () => {
    const { url } = await replayingEndpoint(answering)
    const { service, config } = await serveStored({ places, env: env(url) })
    const search = async (from = service) =>
      (await from.search(parseSearchRequest({ query: '조용한 카페' }))).items[0].reasons.find(
        ({ kind }) => kind === 'review',
      )
    const line = {
      kind: 'review',
      text: '후기 “정말 조용한 곳이에요”',
      quotes: [{ source: 'review', index: 0, start: 0, end: 11, text: '정말 조용한 곳이에요' }],
    }
    expect(await search()).toMatchObject(line)
    await expect.poll(() => search()).toMatchObject({ text: WRITTEN, generatedBy: 'model' })
    const without = await openApp({ ...config, LLM_BASE_URL: '' })
    onTestFinished(() => without.close())
    expect(await search(without.service)).toMatchObject(line)
  })
})

describe('label', () => {
  it('writes rows to look through and changes no place', async () => {
    const { url } = await replayingEndpoint(answering)
    const { catalog, languageModel } = await serveStored({ places, env: env(url) })
    const path = await folder()
    await writeFile(join(path, 'questions.json'), '{"indoor":["yes","no"]}')
    const before = await catalog.position()
    const outFile = join(path, 'labels.ndjson')
    const job = { catalog, model: languageModel('job')!, outFile, limit: 2, progress: SILENT }
    expect(await runLabel({ ...job, questionsFile: join(path, 'questions.json') })).toMatchObject({
      labelled: 2,
      failed: 0,
    })
    const rows = (await readFile(outFile, 'utf8')).trim().split('\n')
    expect(JSON.parse(rows[0])).toEqual({ id: 'p0', name: '조용한 카페', labels: { indoor: 'yes' } })
    expect(await catalog.position()).toEqual(before)
    await writeFile(join(path, 'bad.json'), '{"indoor":"yes"}')
    await expect(runLabel({ ...job, questionsFile: join(path, 'bad.json') })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(runLabel({ ...job, questionsFile: join(path, 'none.json') })).rejects.toMatchObject({
      code: 'file-not-found',
    })
  })
})

describe('judge', () => {
  it('compares two lists rank by rank, and asks again nothing that was answered', async () => {
    const { url, requests } = await replayingEndpoint(answering)
    const { catalog, languageModel } = await serveStored({ places, env: env(url) })
    const path = await folder()
    const files = [join(path, 'a.ndjson'), join(path, 'b.ndjson')] as const
    await writeFile(files[0], '{"query":"카페","placeIds":["p0","p1"]}\n{"query":"국수","placeIds":["p1"]}\n')
    await writeFile(files[1], '{"query":"카페","placeIds":["p0","p2"]}\n')
    const job = {
      catalog,
      model: languageModel('job')!,
      files: [...files] as [string, string],
      depth: 5,
      seed: 1,
    }
    const summary = await runJudge({ ...job, progress: SILENT })
    expect(summary).toMatchObject({ queries: 1, compared: 1, equal: 1, inconsistent: 1, p: 1 })
    await runJudge({ ...job, progress: SILENT })
    expect(requests).toHaveLength(2)
    await writeFile(files[1], '{"query":"카페"\n')
    await expect(runJudge({ ...job, progress: SILENT })).rejects.toMatchObject({ code: 'invalid-json' })
  })

  it('tests whether a split may be chance', () => {
    expect(signTest(0, 0)).toBe(1)
    expect(signTest(5, 5)).toBe(1)
    // 2 · (1 + 10) / 2^10
    expect(signTest(9, 1)).toBeCloseTo(22 / 1024, 12)
    expect(signTest(1, 9)).toBeCloseTo(22 / 1024, 12)
  })
})

describe('the doctor', () => {
  it('asks the configured endpoints, and names what to do where one does not answer', async () => {
    const { url, close } = await replayingEndpoint(answering)
    const app = await serveStored({ places, env: env(url) })
    const checkOf = async (name: string) =>
      (await runDoctor(async () => app)).find((check) => check.name === name)
    expect(await checkOf('language model')).toMatchObject({ ok: true })
    await close()
    expect(await checkOf('language model')).toMatchObject({
      ok: false,
      remedy: expect.stringContaining('LLM_BASE_URL'),
    })
    expect(await checkOf('embedding endpoint')).toBeUndefined()
  })
})

describe('the configuration of a language model', () => {
  it('needs its name', () => {
    expect(() => readConfig({ LLM_BASE_URL: 'http://a/v1' })).toThrow(/LLM_MODEL is missing/)
  })
  it('may leave out the temperature', async () => {
    expect(readConfig({ LLM_TEMPERATURE: 'none' }).LLM_TEMPERATURE).toBeUndefined()
    expect(readConfig({}).LLM_TEMPERATURE).toBe(0)
    const data = await openData(readConfig({ DONGNE_DATA_DIR: await folder() }))
    onTestFinished(() => data.close())
    expect(data.languageModel('job')).toBeUndefined()
  })
})
