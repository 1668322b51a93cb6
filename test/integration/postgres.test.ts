// The command line and the service on a real PostgreSQL: the same answers as on SQLite, several processes on one
// database, and a database that comes and goes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { dongne, startServer, type RunningServer } from '../command.ts'
import { requireEngine } from '../require-engine.ts'
import {
  createTestPostgres,
  isPostgresInstalled,
  WITHOUT_POSTGRES,
  type TestPostgres,
} from '../postgres-server.ts'

let database: TestPostgres
let folder: string
const servers: RunningServer[] = []

beforeAll(async () => {
  if (!isPostgresInstalled) return
  database = await createTestPostgres()
  folder = await mkdtemp(join(tmpdir(), 'dongne-postgres-line-'))
  await writeFile(join(folder, 'places.ndjson'), lines(PLACES))
  await writeFile(join(folder, 'events.ndjson'), lines(EVENTS))
  for (const env of [onPostgres, onSqlite]) {
    for (const step of [
      ['import', join(folder, 'places.ndjson'), join(folder, 'events.ndjson')],
      ['embed'],
      ['train', '--budget', '1', '--dim', '8'],
      ['index'],
    ]) {
      const { code, stderr } = await dongne(step, env())
      if (code !== 0) throw new Error(`dongne ${step.join(' ')} ended with ${code}: ${stderr}`)
    }
  }
}, 120_000)
afterAll(async () => {
  await database?.close()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})
beforeEach((context) => requireEngine(context, isPostgresInstalled, WITHOUT_POSTGRES))
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const KINDS = ['cafe', 'bar', 'bakery', 'park']
const PLACES = Array.from({ length: 80 }, (_, index) => ({
  id: `p${index}`,
  name: `가게 ${index}`,
  categories: [KINDS[index % 4]],
  lng: 127 + (index % 9) * 0.001,
  lat: 37.5 + Math.floor(index / 9) * 0.001,
  description: `${KINDS[(index * 7) % 4]} ${index % 3 === 0 ? '조용한' : '활기찬'} 곳`,
}))
const EVENTS = Array.from({ length: 600 }, (_, index) => ({
  id: `e${index}`,
  userId: `u${index % 20}`,
  placeId: `p${(index * 13 + (index % 20)) % 80}`,
  type: index % 5 === 0 ? 'save' : 'visit',
  at: new Date(Date.UTC(2026, 0, 1) + index * 3_600_000).toISOString(),
}))
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

const onPostgres = () => ({ DONGNE_DATA_DIR: join(folder, 'pg'), DONGNE_DATABASE_URL: database.url })
const onSqlite = () => ({ DONGNE_DATA_DIR: join(folder, 'sqlite') })

async function serve(env: Readonly<Record<string, string>>): Promise<RunningServer> {
  const server = await startServer(['serve'], env)
  servers.push(server)
  return server
}

async function call(server: RunningServer, method: string, path: string, body?: unknown) {
  const response = await fetch(server.url + path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return { status: response.status, body: (await response.json()) as Answer }
}

interface Answer {
  readonly recommendationId?: string
  readonly items?: readonly { readonly place: { readonly id: string }; readonly score: number }[]
  readonly code?: ErrorCode
  readonly [key: string]: unknown
}

const here = { circle: { lng: 127.004, lat: 37.504, radiusMeters: 5000 } }

describe('a service on PostgreSQL', () => {
  it('answers like one on SQLite, order, scores and reasons included', async () => {
    const [pg, sqlite] = [await serve(onPostgres()), await serve(onSqlite())]
    const questions: [string, object][] = [
      ['nearby', { near: { lng: 127.003, lat: 37.503 }, where: here, who: { userId: 'u3' }, limit: 20 }],
      ['taste', { where: here, who: { userId: 'u7' }, limit: 20 }],
      ['similar', { placeIds: ['p5'], where: here, limit: 20 }],
      ['search', { query: '조용한 cafe', where: here, limit: 20 }],
    ]
    for (const [name, question] of questions) {
      const [{ body: one }, { body: other }] = [
        await call(pg, 'POST', `/v1/${name}`, question),
        await call(sqlite, 'POST', `/v1/${name}`, question),
      ]
      expect(one.items!.length).toBeGreaterThan(10)
      expect(one.items).toEqual(other.items)
    }
    for (const path of ['/v1/categories', '/v1/users/u3', '/v1/places/p5']) {
      expect((await call(pg, 'GET', path)).body).toEqual((await call(sqlite, 'GET', path)).body)
    }
  })

  it('shows what another process wrote on the next request', async () => {
    const [one, other] = [await serve(onPostgres()), await serve(onPostgres())]
    for (const [writer, reader, id] of [
      [one, other, 'new-1'],
      [other, one, 'new-2'],
    ] as const) {
      const place = { id, name: '새로 생긴 집', lng: 128, lat: 36, categories: ['bar'] }
      expect((await call(writer, 'PUT', `/v1/places/${id}`, place)).status).toBe(201)
      const where = { circle: { lng: 128, lat: 36, radiusMeters: 100 } }
      const ids = async () =>
        (await call(reader, 'POST', '/v1/nearby', { where })).body.items!.map((item) => item.place.id)
      expect(await ids()).toContain(id)
      const event = { id: `seen-${id}`, userId: id, placeId: id, type: 'visit', at: '2026-02-01T00:00:00Z' }
      expect((await call(writer, 'POST', '/v1/events', event)).status).toBe(200)
      expect((await call(reader, 'GET', `/v1/users/${id}`)).status).toBe(200)
      await fetch(`${writer.url}/v1/places/${id}`, { method: 'DELETE' })
      expect(await ids()).not.toContain(id)
    }
  })

  it('answers 503 by name while the database is gone, and goes on by itself when it is back', async () => {
    const server = await serve(onPostgres())
    const ask = () => call(server, 'POST', '/v1/nearby', { where: here, limit: 3 })
    const before = await ask()
    await database.kill()
    expect(await ask()).toMatchObject({ status: 503, body: { code: 'catalog-unreachable' } })
    expect((await call(server, 'GET', '/healthz')).status).toBe(200)
    await database.start()
    expect((await ask()).body.items).toEqual(before.body.items)
    expect((await call(server, 'GET', '/readyz')).status).toBe(200)
  })
})

describe('the command line on PostgreSQL', () => {
  it('finds everything in place, and changes nothing when an import is run again', async () => {
    const places = join(folder, 'places.ndjson')
    const { stdout } = await dongne(['import', places, '--json'], onPostgres())
    expect(JSON.parse(stdout)).toMatchObject({ created: 0, updated: 0, unchanged: 80 })
    const doctor = await dongne(['doctor'], onPostgres())
    expect(doctor.stdout).toMatch(/ok {4}catalog: postgres:\/\/dongne@127\.0\.0\.1:\d+\/dongne\n/)
    expect(doctor.code, doctor.stdout).toBe(0)
  })

  it('says why it cannot connect, and does not show the password', async () => {
    const env = { ...onPostgres(), DONGNE_DATABASE_URL: 'postgres://dongne:pass-word@127.0.0.1:1/dongne' }
    const train = await dongne(['train'], env)
    expect(train).toMatchObject({ code: 1, stdout: '' })
    expect(train.stderr).toContain('[catalog-unreachable]')
    expect(train.stderr).toContain('Check that PostgreSQL runs')
    const doctor = await dongne(['doctor', '--json'], env)
    expect(doctor.code).toBe(1)
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      ok: false,
      checks: [
        { name: 'node' },
        { name: 'catalog', ok: false, detail: expect.stringContaining('127.0.0.1:1') },
      ],
    })
    expect(train.stderr + doctor.stdout + doctor.stderr).not.toContain('pass-word')
  })

  it('names the package that is missing', async () => {
    // As after `npm ci --omit=optional`.
    const withoutPg = `import { registerHooks } from 'node:module'
      registerHooks({ resolve(specifier, context, next) {
        if (specifier === 'pg') throw Object.assign(new Error("Cannot find package 'pg'"), { code: 'ERR_MODULE_NOT_FOUND' })
        return next(specifier, context) } })`
    const hook = ['--import', `data:text/javascript,${encodeURIComponent(withoutPg)}`]
    const { code, stderr } = await dongne(['embed'], onPostgres(), hook)
    expect(code).toBe(1)
    expect(stderr).toContain(`[${'missing-package' satisfies ErrorCode}]`)
    expect(stderr).toContain('npm install pg')
    expect((await dongne(['embed'], onSqlite(), hook)).code).toBe(0)
  })

  it('keeps a demo in a schema of its own', async () => {
    const env = { ...onPostgres(), DONGNE_DATA_DIR: join(folder, 'demo') }
    expect((await dongne(['demo', '--build-only'], env)).code).toBe(0)
    const [{ n }] = await database.sql('select count(*)::int as n from dongne_demo.places')
    expect(n).toBeGreaterThan(1000)
    expect(await database.sql('select count(*)::int as n from public.places where body is not null')).toEqual(
      [{ n: PLACES.length }],
    )
  }, 120_000)
})
