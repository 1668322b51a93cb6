// The contract: the document is valid OpenAPI 3.1, and every route answers as it says.
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { lines, startTestServer, type Answer } from './server.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema: object }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>
  >
}

type Document = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  components: { schemas: Readonly<Record<string, object>> }
}>

/** The document with every local reference in its place. */
function resolve(node: unknown, root: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => resolve(item, root))
  if (typeof node !== 'object' || node === null) return node
  const { $ref } = node as { $ref?: string }
  if ($ref === undefined) {
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value, root)]))
  }
  const target = $ref
    .split('/')
    .slice(1)
    .reduce((at, step) => (at as Record<string, unknown>)[step], root)
  return resolve(target, root)
}

const CALLS = [
  ['POST', '/v1/nearby', '/v1/nearby', {}],
  ['POST', '/v1/similar', '/v1/similar', { placeIds: ['cafe/1'] }],
  ['POST', '/v1/together', '/v1/together', { placeIds: ['cafe/1'] }],
  ['POST', '/v1/taste', '/v1/taste', {}],
  ['POST', '/v1/search', '/v1/search', { query: 'x' }],
  ['POST', '/v1/search', '/v1/search', {}],
  ['POST', '/v1/courses', '/v1/courses', {}],
  ['POST', '/v1/themes', '/v1/themes', {}],
  ['POST', '/v1/themes/{id}', '/v1/themes/date', {}],
  ['POST', '/v1/courses', '/v1/courses', { stops: 99 }],
  ['GET', '/v1/places/{id}', '/v1/places/cafe%2F1'],
  ['GET', '/v1/places/{id}', '/v1/places/none'],
  ['GET', '/v1/places/{id}/description', '/v1/places/cafe%2F1/description'],
  ['GET', '/v1/places/{id}/description', '/v1/places/none/description'],
  ['PUT', '/v1/places/{id}', '/v1/places/a', { name: 'a', lng: 1, lat: 1 }],
  ['PUT', '/v1/places/{id}', '/v1/places/cafe%2F1', { name: 'a', lng: 1, lat: 1 }],
  ['DELETE', '/v1/places/{id}', '/v1/places/cafe%2F1'],
  ['POST', '/v1/places:batch', '/v1/places:batch', [{ id: 'a', name: 'a', lng: 1, lat: 1 }, {}]],
  ['POST', '/v1/events', '/v1/events', [{ userId: 'u', type: 'click', placeId: 'a' }, {}]],
  ['GET', '/v1/users', '/v1/users'],
  ['GET', '/v1/users/{id}', '/v1/users/u0'],
  ['GET', '/v1/users/{id}/similar', '/v1/users/u0/similar'],
  ['GET', '/v1/users/{id}', '/v1/users/u0?export=true'],
  ['DELETE', '/v1/users/{id}', '/v1/users/u0'],
  ['GET', '/v1/regions', '/v1/regions?geometry=true'],
  ['GET', '/v1/spots', '/v1/spots'],
  ['GET', '/v1/categories', '/v1/categories'],
  ['GET', '/v1/tiles/{z}/{x}/{y}.mvt', '/v1/tiles/0/0/0.mvt'],
  ['GET', '/v1/tiles.json', '/v1/tiles.json'],
  ['GET', '/healthz', '/healthz'],
  ['GET', '/readyz', '/readyz'],
  ['GET', '/metrics', '/metrics'],
] as const

async function readDocument(): Promise<Document> {
  const { send } = await startTestServer()
  return (await send('GET', '/openapi.json')).body as Document
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const document = await readDocument()
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true })
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  it('has only JSON schemas of draft 2020-12', async () => {
    const document = await readDocument()
    const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false })
    ajv.addKeyword('example')
    const schemas: [string, object][] = Object.entries(document.components.schemas)
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const bodies = [operation.requestBody, ...Object.values(operation.responses)]
        for (const [type, { schema }] of bodies.flatMap((body) => Object.entries(body?.content ?? {}))) {
          schemas.push([`${method} ${path} ${type}`, schema])
        }
      }
    }
    expect(schemas.length).toBeGreaterThan(30)
    for (const [name, schema] of schemas) {
      expect(() => ajv.compile(resolve(schema, document) as object), name).not.toThrow()
    }
  })

  it('describes each call, and no page or file', async () => {
    const { paths } = await readDocument()
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual([...new Set(CALLS.map(([method, path]) => `${method} ${path}`))].sort())
    for (const operations of Object.values(paths)) {
      for (const operation of Object.values(operations)) {
        expect(operation).toMatchObject({
          operationId: expect.any(String),
          summary: expect.any(String),
          tags: [expect.any(String)],
        })
        expect(Object.keys(operation.responses)).toEqual(
          expect.arrayContaining([expect.stringMatching(/^2/), '4XX', '5XX']),
        )
      }
    }
  })

  it.each(CALLS)('%s %s answers as described (%s)', async (method, path, url, body?: unknown) => {
    const { send } = await startTestServer()
    await send('POST', '/v1/events', { body: { userId: 'u0', type: 'click', placeId: 'a' } })
    const document = (await send('GET', '/openapi.json')).body as Document
    const answer = await send(method, url, { body })
    const { responses } = document.paths[path][method.toLowerCase()]
    const described = responses[answer.status] ?? responses[`${String(answer.status)[0]}XX`]
    expect(described, `status ${answer.status}`).toBeDefined()
    if (described.content === undefined) return void expect(answer.text).toBe('')
    const type = String(answer.headers['content-type']).split(';')[0]
    expect(Object.keys(described.content)).toContain(type)
    if (!/json/.test(type)) return
    const schema = Compile(resolve(described.content[type].schema, document) as object)
    for (const value of valuesOf(answer, type)) expect(schema.Errors(value)).toEqual([])
  })
})

const valuesOf = (answer: Answer, type: string): unknown[] =>
  type === 'application/x-ndjson' ? lines(answer.text) : [answer.body]

describe('the documentation page', () => {
  it('loads nothing from elsewhere', async () => {
    const { send } = await startTestServer()
    const page = await send('GET', '/docs/')
    expect(page.status).toBe(200)
    const initializer = await send('GET', '/docs/static/swagger-initializer.js')
    for (const text of [page.text, initializer.text]) {
      expect([...text.matchAll(/(?:src|href|url)\s*[=:]\s*["'](https?:)?\/\/[^"']+/g)]).toEqual([])
    }
    expect(initializer.text).toContain('"validatorUrl":null')
    for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await send('GET', new URL(path, 'http://host/docs/').pathname)
      expect(file.status, path).toBe(200)
    }
  })
})
