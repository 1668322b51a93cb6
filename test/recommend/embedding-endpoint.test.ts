// Answers of a service whose text vectors come from an endpoint: with it, without it, and after its return.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { parseSearchRequest, parseSimilarRequest } from '../../src/domain/recommendation.ts'
import { likeness, likenessQuery } from '../../src/graph/model.ts'
import { embeddingReply, replayingEndpoint } from '../text/replaying-endpoint.ts'
import { serveStored } from './served-places.ts'

const KINDS = ['조용한 카페', '매운 국수', '해변 산책로']
const places = Array.from({ length: 30 }, (_, index) => ({
  id: `p${index}`,
  name: `${KINDS[index % 3]} ${index}`,
  lng: 127 + index / 1000,
  lat: 37.5,
}))

const vectorOf = (text: string) => [...createHash('sha256').update(text).digest()].map((byte) => byte - 100)

it('search goes on with words alone while the endpoint fails, and places are embedded when it is back', async () => {
  let isDown = false
  const { url, requests } = await replayingEndpoint(({ body }) =>
    isDown
      ? { status: 503, body: '{"error":{"message":"loading"}}' }
      : embeddingReply(body.input!.map(vectorOf)),
  )
  let now = Date.UTC(2026, 5, 1)
  const { service, index } = await serveStored({
    places,
    now: () => now,
    env: {
      DONGNE_EMBEDDING: 'openai-compatible',
      EMBEDDING_BASE_URL: url,
      EMBEDDING_MODEL: 'letters',
    },
  })
  const search = (query: string) => service.search(parseSearchRequest({ query, limit: 30 }))
  const namesOf = (answer: Awaited<ReturnType<typeof search>>) => answer.items.map(({ place }) => place.name)

  const whole = await search('조용한 카페')
  expect(whole.degraded).toBeUndefined()

  // No place holds the word, and cosines of an endpoint do not tell meaning from chance: what is most alike answers.
  expect((await search('waterfall')).items.length).toBeGreaterThan(0)

  isDown = true
  // What was asked before needs no endpoint; a new question does.
  const known = await search('조용한 카페')
  expect([known.degraded, namesOf(known)]).toEqual([undefined, namesOf(whole)])
  const degraded = await search('카페 조용한')
  expect(degraded.degraded).toEqual(['text-model'])
  expect(namesOf(degraded)).toContain('조용한 카페 0')

  await service.putPlaces([{ id: 'new', name: '조용한 카페 새집', lng: 127, lat: 37.5 }])
  expect(namesOf(await search('새집'))).toContain('조용한 카페 새집')
  /** As answers see it, and as it is in the index. */
  const likenessOfNew = async () => {
    const request = parseSimilarRequest({ placeIds: ['p0'], limit: 50, debug: true })
    const { items } = await service.similar(request)
    const vectors = await index.vectors(['p0', 'new'])
    return {
      answered: items.find(({ place }) => place.id === 'new')!.debug!.features['similar'],
      indexed: Math.max(0, likeness(likenessQuery([vectors.get('p0')!])!, vectors.get('new')!)),
    }
  }
  const without = await likenessOfNew()
  expect(without.answered).toBeCloseTo(without.indexed, 6)

  isDown = false
  await new Promise((resolve) => setTimeout(resolve, 1200)) // the circuit of many failures closes again
  now += 60_000
  requests.length = 0
  expect((await search('새집')).degraded).toBeUndefined()
  expect(requests.flatMap(({ body }) => body.input)).toContainEqual(
    expect.stringContaining('조용한 카페 새집'),
  )
  const again = await likenessOfNew()
  expect(again.indexed).not.toBeCloseTo(without.indexed, 3)
  expect(again.answered).toBeCloseTo(again.indexed, 6)
})
