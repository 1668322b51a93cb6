import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkServer } from '../../src/catalog/node-postgres.ts'
import type { Catalog } from '../../src/catalog/port.ts'
import { openPostgresCatalog } from '../../src/catalog/postgres.ts'
import type { Event } from '../../src/domain/event.ts'
import type { Place } from '../../src/domain/place.ts'
import { catalogContract } from '../contract/catalog.ts'
import { requireEngine } from '../require-engine.ts'
import {
  createTestPostgres,
  isPostgresInstalled,
  WITHOUT_POSTGRES,
  type TestPostgres,
} from '../postgres-server.ts'

let server: TestPostgres
beforeAll(async () => {
  if (!isPostgresInstalled) return
  server = await createTestPostgres()
  // Of a language whose order is not that of the bytes.
  await server.sql(
    `create database linguistic template template0 encoding 'UTF8' locale_provider icu icu_locale 'en'`,
  )
})
afterAll(() => server?.close())
beforeEach((context) => requireEngine(context, isPostgresInstalled, WITHOUT_POSTGRES))

let schemas = 0
const freshSchema = () => `test_${++schemas}`

catalogContract('PostgreSQL', async () => {
  const schema = freshSchema()
  const url = server.urlOf({ database: 'linguistic', options: { schema } })
  const catalog = await openPostgresCatalog(url)
  return {
    catalog,
    openOther: () => openPostgresCatalog(url),
    async cleanUp() {
      await catalog.close()
      await server.sql(`drop schema ${schema} cascade`, 'linguistic')
    },
  }
})

const place = (id: string, more: Partial<Place> = {}): Place => ({
  id,
  name: '가게',
  categories: ['food'],
  lng: 127,
  lat: 37,
  geohash: 'wydm9qwj7abc',
  regions: [],
  spots: [],
  ...more,
})

const event = (id: string, more: Partial<Event> = {}): Event => ({
  id,
  userId: 'u',
  placeId: 'p',
  type: 'visit',
  at: 0,
  ...more,
})

/** A catalog in a schema of its own; closed after the test. */
const opened: Catalog[] = []
async function open(url = server.urlOf({ options: { schema: freshSchema() } })): Promise<Catalog> {
  const catalog = await openPostgresCatalog(url)
  opened.push(catalog)
  return catalog
}
afterEach(async () => {
  for (const catalog of opened.splice(0)) await catalog.close()
})

describe('a PostgreSQL catalog that several processes open', () => {
  it('is migrated once when all start at the same moment', async () => {
    const schema = freshSchema()
    const url = server.urlOf({ options: { schema } })
    const catalogs = await Promise.all(Array.from({ length: 8 }, () => open(url)))
    await catalogs[0].savePlaces([place('a')])
    for (const catalog of catalogs) expect((await catalog.counts()).places).toBe(1)
    expect(await server.sql(`select name from ${schema}.kysely_migration`)).toEqual([
      { name: '0001-tables' },
      { name: '0002-keywords' },
      { name: '0003-model-outputs' },
      { name: '0004-exposure' },
      { name: '0005-asked' },
    ])
  })

  it(
    'lets a reader who follows the feed miss nothing while several processes write',
    { timeout: 60_000 },
    async () => {
      const url = server.urlOf({ options: { schema: freshSchema() } })
      const catalog = await open(url)
      const script = fileURLToPath(new URL('write-beside-others.ts', import.meta.url))
      const writers = ['a', 'b', 'c', 'd'].map((name) =>
        spawn(process.execPath, [script, url, name, '60'], { stdio: 'inherit' }),
      )
      const ended = Promise.all(writers.map((writer) => once(writer, 'close')))
      let running = true
      void ended.finally(() => (running = false))
      const seen = { revision: 0, seq: 0, reads: 0 }
      for (let last = false; !last;) {
        last = !running
        // Every row is new, so a number that is skipped now could only turn up behind the reader's back.
        const position = await catalog.position()
        for await (const batch of catalog.placeChanges({ since: seen.revision, batchSize: 50 })) {
          for (const { revision } of batch) expect(revision).toBe(++seen.revision)
          seen.reads++
        }
        for await (const batch of catalog.events({ since: seen.seq, batchSize: 50 }))
          for (const { seq } of batch) expect(seq).toBe(++seen.seq)
        expect(seen.revision).toBeGreaterThanOrEqual(position.revision)
        expect(seen.seq).toBeGreaterThanOrEqual(position.seq)
      }
      expect((await ended).map(([code]) => code)).toEqual([0, 0, 0, 0])
      expect(seen.reads).toBeGreaterThan(100)
      const { places, events } = await catalog.counts()
      expect([seen.revision, seen.seq]).toEqual([places, events])
    },
  )

  it('takes the same rows from two processes at once without a deadlock', async () => {
    const url = server.urlOf({ options: { schema: freshSchema() } })
    const [one, other] = [await open(url), await open(url)]
    const vectors = Array.from({ length: 400 }, (_, index) => [`h${index}`, Float32Array.of(index)] as const)
    const places = vectors.map(([id]) => place(id))
    for (let round = 0; round < 5; round++) {
      const named = places.map((row) => ({ ...row, name: `${round}` }))
      const [saved, again] = await Promise.all([
        one.savePlaces(named),
        other.savePlaces(named.toReversed()),
        one.saveTextVectors('m', new Map(vectors)),
        other.saveTextVectors('m', new Map(vectors.toReversed())),
        one.appendEvents([event(`${round}`)]),
        other.eraseUser('u'),
      ])
      expect(saved.unchanged + again.unchanged).toBe(400)
    }
    expect((await one.textVectors('m', ['h7'])).get('h7')).toEqual(Float32Array.of(7))
  })
})

describe('a PostgreSQL server that fails', () => {
  it('costs one named error, and the next call after its restart is answered', async () => {
    const catalog = await open()
    await catalog.savePlaces([place('a')])
    await server.kill()
    await expect(catalog.place('a')).rejects.toMatchObject({ code: 'catalog-unreachable', status: 503 })
    await expect(catalog.savePlaces([place('b')])).rejects.toMatchObject({ code: 'catalog-unreachable' })
    await server.start()
    expect(await catalog.place('a')).toEqual(place('a'))
    expect(await catalog.savePlaces([place('b')])).toMatchObject({ created: 1 })
  })

  it('is not noticed where it restarted between two calls', async () => {
    const catalog = await open()
    await Promise.all(Array.from({ length: 8 }, (_, index) => catalog.place(`${index}`))) // several connections
    await server.stop()
    await server.start()
    expect(await catalog.savePlaces([place('b')])).toMatchObject({ created: 1 })
    expect(await Promise.all(Array.from({ length: 8 }, () => catalog.place('b')))).toHaveLength(8)
  })

  it('that ends a connection in the middle of a write stores nothing of it', async () => {
    const schema = freshSchema()
    const catalog = await open(server.urlOf({ options: { schema, application_name: 'to be ended' } }))
    await catalog.savePlaces([place('a')])
    const holder = await holding(`select * from ${schema}.counters for update`)
    try {
      const ending = untilWaiting('to be ended').then(() =>
        server.sql(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be ended'`,
        ),
      )
      await expect(catalog.savePlaces([place('b')])).rejects.toMatchObject({ code: 'catalog-unreachable' })
      await ending
    } finally {
      await holder.end()
    }
    expect(await catalog.place('b')).toBeUndefined()
    expect(await catalog.savePlaces([place('b')])).toMatchObject({ created: 1 })
  })

  it('has every acknowledged row after kill -9, at any moment', { timeout: 120_000 }, async () => {
    const url = server.urlOf({ options: { schema: freshSchema() } })
    const script = fileURLToPath(new URL('write-until-killed.ts', import.meta.url))
    for (const delayMs of [0, 7, 30, 70, 150]) {
      const writer = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] })
      const lines: string[] = []
      writer.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')))
      await once(writer.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      await Promise.all([once(writer, 'close'), server.kill()])
      expect(lines.pop()).toBe('catalog-unreachable')
      const acknowledged = Number(lines.pop())
      await server.start()
      const catalog = await openPostgresCatalog(url)
      const { places, events } = await catalog.counts()
      expect(places).toBeGreaterThanOrEqual(acknowledged)
      expect(events).toBeGreaterThanOrEqual(acknowledged)
      const expected = Array.from({ length: acknowledged }, (_, index) => `p${index}`)
      expect((await catalog.places(expected)).size).toBe(acknowledged)
      expect(await catalog.position()).toMatchObject({ revision: places, seq: events })
      await catalog.close()
    }
  })

  it('keeps what it has when its disk is full', async () => {
    const schema = freshSchema()
    const catalog = await open(server.urlOf({ options: { schema } }))
    await catalog.savePlaces([place('a')])
    // The server's own words for it; a real full disk would stop everything else on this machine.
    await server.sql(`
      create function ${schema}.no_room() returns trigger language plpgsql as $$
        begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
      create trigger no_room before insert on ${schema}.places execute function ${schema}.no_room()`)
    await expect(catalog.savePlaces([place('b')])).rejects.toMatchObject({ code: 'disk-full' })
    await server.sql(`drop trigger no_room on ${schema}.places`)
    expect(await catalog.savePlaces([place('b')])).toMatchObject({ created: 1 })
    expect((await catalog.position()).revision).toBe(2)
  })

  it('that waits too long for another process says so', async () => {
    const schema = freshSchema()
    const catalog = await open(server.urlOf({ options: { schema, lock_timeout: '100' } }))
    await catalog.savePlaces([place('a')])
    const holder = await holding(`select * from ${schema}.counters for update`)
    await expect(catalog.savePlaces([place('b')])).rejects.toMatchObject({ code: 'catalog-locked' })
    await holder.end()
    expect(await catalog.savePlaces([place('b')])).toMatchObject({ created: 1 })
  })

  it('that does not answer in time is left', async () => {
    const schema = freshSchema()
    const options = { schema, lock_timeout: '0', statement_timeout: '100' }
    const catalog = await open(server.urlOf({ options }))
    const holder = await holding(`lock table ${schema}.places`)
    await expect(catalog.place('a')).rejects.toMatchObject({
      code: 'catalog-unreachable',
      message: expect.stringContaining('in time'),
    })
    await holder.end()
    expect(await catalog.place('a')).toBeUndefined()
  })

  /** A connection with an open transaction; `end` rolls it back. */
  async function holding(sql: string): Promise<Client> {
    const client = new Client({ connectionString: server.url })
    await client.connect()
    await client.query('begin')
    await client.query(sql)
    return client
  }

  async function untilWaiting(applicationName: string): Promise<void> {
    const waiting = `select 1 from pg_stat_activity where application_name = '${applicationName}' and wait_event_type = 'Lock'`
    while ((await server.sql(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }
})

describe('a PostgreSQL database that cannot be used', () => {
  const refused = (url: string) =>
    openPostgresCatalog(url).then(
      () => expect.fail('it was opened'),
      (error: unknown) => error,
    )

  it('on a port where nobody listens is unreachable', async () => {
    const error = await refused('postgres://dongne:pass-word@127.0.0.1:1/dongne')
    expect(error).toMatchObject({
      code: 'catalog-unreachable',
      message: expect.stringMatching(/postgres:\/\/dongne@127\.0\.0\.1:1\/dongne.*ECONNREFUSED/),
    })
    expect(String((error as Error).stack)).not.toContain('pass-word')
  })

  it('that does not exist is unreachable by name', async () => {
    expect(await refused(server.urlOf({ database: 'nowhere' }))).toMatchObject({
      code: 'catalog-unreachable',
      message: expect.stringContaining('database "nowhere" does not exist'),
    })
  })

  it('refuses a wrong password without showing it, and takes the right one', async () => {
    const password = 'pä:ss/w@rd#1'
    await server.sql(
      `create role guarded login password '${password}'; create schema guarded authorization guarded`,
    )
    const rules = join(server.dataDir, 'pg_hba.conf')
    await writeFile(rules, `host all guarded 127.0.0.1/32 scram-sha-256\n${await readFile(rules, 'utf8')}`)
    await server.sql('select pg_reload_conf()')
    const error = await refused(server.urlOf({ user: 'guarded', password: 'wrong-one' }))
    expect(error).toMatchObject({
      code: 'catalog-forbidden',
      message: expect.stringContaining('password authentication failed'),
    })
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('wrong-one')
    const catalog = await open(server.urlOf({ user: 'guarded', password, options: { schema: 'guarded' } }))
    expect(await catalog.counts()).toMatchObject({ places: 0 })
  })

  it('where the user may not make tables is forbidden', async () => {
    await server.sql('create role newcomer login')
    expect(await refused(server.urlOf({ user: 'newcomer' }))).toMatchObject({
      code: 'catalog-forbidden',
      message: expect.stringContaining('permission denied for schema public'),
    })
    expect(await refused(server.urlOf({ user: 'newcomer', options: { schema: 'other' } }))).toMatchObject({
      code: 'catalog-forbidden',
    })
  })

  it('where the user may only read is forbidden before the first write, and fine once all rights are there', async () => {
    const schema = freshSchema()
    await open(server.urlOf({ options: { schema } }))
    await server.sql(`create role clerk login; grant usage on schema ${schema} to clerk;
      grant select on all tables in schema ${schema} to clerk; grant insert on ${schema}.places to clerk`)
    const url = server.urlOf({ user: 'clerk', options: { schema } })
    const error = (await refused(url)) as Error
    expect(error).toMatchObject({ code: 'catalog-forbidden' })
    expect(error.message).toContain('insert on counters')
    expect(error.message).toContain('delete on places')
    expect(error.message).not.toContain('insert on places')
    await server.sql(`grant insert, update, delete on all tables in schema ${schema} to clerk`)
    const catalog = await open(url)
    expect(await catalog.savePlaces([place('a')])).toMatchObject({ created: 1 })
  })

  it('that is read-only is forbidden', async () => {
    const schema = freshSchema()
    await open(server.urlOf({ options: { schema } }))
    const options = { schema, options: '-c default_transaction_read_only=on' }
    expect(await refused(server.urlOf({ options }))).toMatchObject({
      code: 'catalog-forbidden',
      message: expect.stringContaining('read-only'),
    })
  })

  it('of another encoding or an old server is not supported', async () => {
    await server.sql(`create database western template template0 encoding 'LATIN1' locale 'C'`)
    expect(await refused(server.urlOf({ database: 'western' }))).toMatchObject({
      code: 'catalog-unsupported',
      message: expect.stringContaining('LATIN1'),
    })
    expect(() => checkServer({ version: 130_022, encoding: 'UTF8' }, 'postgres://old')).toThrow(
      expect.objectContaining({
        code: 'catalog-unsupported',
        message: expect.stringContaining('PostgreSQL 13'),
      }),
    )
  })

  it('of a newer version is left alone', async () => {
    const schema = freshSchema()
    const url = server.urlOf({ options: { schema } })
    await open(url)
    await server.sql(`insert into ${schema}.kysely_migration (name, timestamp) values ('9999-later', '2030')`)
    expect(await refused(url)).toMatchObject({
      code: 'catalog-newer',
      message: expect.stringContaining('9999-later'),
    })
  })

  it('names the bytes that PostgreSQL cannot store', async () => {
    const catalog = await open()
    await expect(catalog.savePlaces([place('a\0b')])).rejects.toMatchObject({ code: 'invalid-request' })
    await catalog.savePlaces([place('a', { name: 'a\0b' })]) // in a body it is escaped
    expect(await catalog.place('a')).toMatchObject({ name: 'a\0b' })
  })
})
