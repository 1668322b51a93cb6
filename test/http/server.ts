// A server over a small in-memory Service, for behaviours of transport alone: what is asked, and how answers travel.
// Leaves whether answers are right to test/integration, which has the real service.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Event } from '../../src/domain/event.ts'
import type { PlaceInput, PlaceView } from '../../src/domain/place.ts'
import type { Recommendation } from '../../src/domain/recommendation.ts'
import type { Region } from '../../src/domain/region.ts'
import type { Spot } from '../../src/domain/spot.ts'
import { DongneError } from '../../src/errors.ts'
import { createServer, type ServerOptions } from '../../src/http/server.ts'
import type { Service } from '../../src/recommend/port.ts'

export const CAFE: PlaceInput = {
  id: 'cafe/1',
  name: '카페 도담',
  categories: ['food/cafe'],
  lng: 126.98,
  lat: 37.56,
}

export const SEOUL: Region = {
  code: '11',
  name: '서울특별시',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [126.8, 37.4],
        [127.2, 37.4],
        [127.2, 37.7],
        [126.8, 37.7],
        [126.8, 37.4],
      ],
    ],
  },
}
export const JONGNO: Region = { code: '11010', name: '종로구', parent: '11' }
export const STATION: Spot = {
  id: 'station',
  name: '서울역',
  circle: { lng: 126.97, lat: 37.555, radiusMeters: 500 },
}

export interface Memory {
  readonly service: Service
  readonly places: Map<string, PlaceInput>
  readonly events: Map<string, Event>
  /** Every call with its arguments, in order. */
  readonly asked: { readonly call: string; readonly argument: unknown; readonly signal?: AbortSignal }[]
}

const view = ({ regions: _, spots: __, ...place }: PlaceInput): PlaceView => ({
  ...place,
  categories: place.categories ?? [],
  geohash: 'wydm9q',
  regions: [{ code: '11', name: '서울특별시' }],
  spots: [],
})

/** @param overrides replace single calls, to fail or to wait */
export function inMemory(overrides: Partial<Service> = {}): Memory {
  const places = new Map<string, PlaceInput>([[CAFE.id, CAFE]])
  const events = new Map<string, Event>()
  const asked: Memory['asked'] = []

  const recommend =
    (call: string) =>
    async (argument: { fields?: readonly string[] }, signal?: AbortSignal): Promise<Recommendation> => {
      asked.push({ call, argument, ...(signal && { signal }) })
      const fields = argument.fields && ['id', ...argument.fields]
      return {
        recommendationId: 'r1',
        items: [...places.values()].map((place) => ({
          place: Object.fromEntries(
            Object.entries(view(place)).filter(([key]) => fields === undefined || fields.includes(key)),
          ),
          score: 0.5,
          distanceMeters: 12.5,
          reasons: [{ kind: 'popular', text: '저장이 많아요' }],
        })),
        nextPageToken: 'next',
      }
    }
  const place = (id: string): PlaceInput => {
    const found = places.get(id)
    if (found === undefined) throw new DongneError('unknown-place', `No place has the id "${id}".`)
    return found
  }
  const eventsOf = (id: string): Event[] => {
    const found = [...events.values()].filter(({ userId }) => userId === id).toReversed()
    if (found.length === 0) throw new DongneError('unknown-user', `Nothing is known about the user "${id}".`)
    return found
  }

  const service: Service = {
    nearby: recommend('nearby'),
    similar: recommend('similar'),
    together: recommend('together'),
    taste: recommend('taste'),
    search: recommend('search'),
    async themes(argument, signal) {
      asked.push({ call: 'themes', argument, ...(signal && { signal }) })
      return { recommendationId: 'r1', items: [], explanation: '없어요' }
    },
    theme: (id, request, signal) => recommend(`theme ${id}`)(request, signal),
    async courses(argument, signal) {
      asked.push({ call: 'courses', argument, ...(signal && { signal }) })
      return { recommendationId: 'r1', items: [], explanation: '없어요' }
    },
    async place(id, locale) {
      asked.push({ call: 'place', argument: { id, locale } })
      return view(place(id))
    },
    async describePlace(id, locale) {
      const { name } = place(id)
      return { placeId: id, locale, text: `${name}.`, generatedBy: 'template', quotes: [] }
    },
    async putPlaces(rows) {
      asked.push({ call: 'putPlaces', argument: rows })
      return rows.map((row) => {
        const before = places.get(row.id)
        places.set(row.id, row)
        if (before === undefined) return 'created'
        return JSON.stringify(before) === JSON.stringify(row) ? 'unchanged' : 'updated'
      })
    },
    async deletePlace(id) {
      place(id)
      places.delete(id)
    },
    async addEvents(rows) {
      const before = events.size
      for (const row of rows) if (!events.has(row.id)) events.set(row.id, row)
      const appended = events.size - before
      return { appended, duplicates: rows.length - appended }
    },
    async user(id) {
      const found = eventsOf(id)
      return { id, events: found.length, inModel: false, topCategories: [], recent: [] }
    },
    exportUser: async (id) => eventsOf(id),
    async eraseUser(id) {
      const found = eventsOf(id)
      for (const event of found) events.delete(event.id)
      return { events: found.length }
    },
    async similarUsers(id, limit) {
      eventsOf(id)
      const others = new Set([...events.values()].map(({ userId }) => userId).filter((other) => other !== id))
      return [...others].slice(0, limit).map((other) => ({ id: other, likeness: 0.5 }))
    },
    async users(limit) {
      const counts = Map.groupBy(events.values(), ({ userId }) => userId)
      return [...counts].map(([id, own]) => ({ id, events: own.length })).slice(0, limit)
    },
    async regions({ withGeometry, parent }) {
      return [SEOUL, JONGNO]
        .filter((region) => parent === undefined || region.parent === parent)
        .map(({ geometry, ...region }) => (withGeometry && geometry ? { ...region, geometry } : region))
    },
    spots: async () => [STATION],
    categories: async () => [{ code: 'food', name: '음식', places: places.size }],
    vocabularyVersion: async () => 1,
    markers: async ([west, south, east, north], limit) =>
      [...places.values()]
        .filter(({ lng, lat }) => lng >= west && lng <= east && lat >= south && lat <= north)
        .slice(0, limit)
        .map(({ id, name, names, lng, lat }) => ({ id, name, ...(names && { names }), lng, lat })),
    readiness: async () => [{ name: 'catalog', ok: true, detail: `${places.size} places` }],
    ...overrides,
  }
  return { service, places, events, asked }
}

interface TestServer extends Memory {
  readonly server: FastifyInstance
  /** Sends JSON where `body` is given; parses a JSON answer. */
  send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, options?: SendOptions): Promise<Answer>
}

interface SendOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>
  readonly text: string
  readonly bytes: Buffer
  /** Undefined where the answer is not JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests say what they expect
  readonly body: any
}

/** A server, closed when the test ends. */
export async function startTestServer({
  env = {},
  overrides = {},
  ...options
}: {
  readonly env?: Readonly<Record<string, string>>
  readonly overrides?: Partial<Service>
} & Pick<ServerOptions, 'logger' | 'webFolder'> = {}): Promise<TestServer> {
  const memory = inMemory(overrides)
  const config = readConfig({ DONGNE_LOG_LEVEL: 'silent', ...env })
  const server = await createServer({ service: memory.service, config, ...options })
  onTestFinished(() => server.close())
  return {
    ...memory,
    server,
    async send(method, url, { body, headers = {} } = {}) {
      const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)
      const response = await server.inject({
        method,
        url,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { payload: isJson ? JSON.stringify(body) : (body as string | Buffer) }),
      })
      let parsed: unknown
      try {
        parsed = JSON.parse(response.body)
      } catch {
        parsed = undefined
      }
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        bytes: response.rawPayload,
        body: parsed,
      }
    },
  }
}

/** Listens on a free port and returns the URL. */
export async function listen(server: FastifyInstance): Promise<string> {
  await server.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
}

export const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
