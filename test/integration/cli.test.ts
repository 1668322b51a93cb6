// The command line as a user meets it: outputs, exit codes, restarts, and the whole line on real data.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { dongne, spawnDongne, startServer } from '../command.ts'
import { isAbsent, sharedData } from '../shared-data.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-cli-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = (...args: string[]) => dongne(args, { DONGNE_DATA_DIR: join(folder, 'data') })

/** Runs a command until a file is there, then kills it with SIGKILL. */
async function killOnceThere(args: readonly string[], path: string): Promise<void> {
  const child = spawnDongne(args, { DONGNE_DATA_DIR: join(folder, 'data') })
  const ended = once(child, 'close')
  while (!existsSync(path)) await setTimeout(5)
  child.kill('SIGKILL')
  expect((await ended)[1]).toBe('SIGKILL')
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await run(...args, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('usage', () => {
  it.each([
    [['import'], 'missing required argument'],
    [['trian'], 'Did you mean train'],
    [['train', '--budget', 'soon'], 'seconds above 0'],
    [['evaluate', 'x', '--format', 'csv'], '--format'],
    [['serve', '--port', '99999'], 'whole number'],
  ])('%j exits with 2', async (args, words) => {
    const { code, stderr } = await run(...args)
    expect(stderr).toContain(words)
    expect(code).toBe(2)
  })

  it('a misspelt configuration key exits with 2 and names it', async () => {
    const { code, stderr } = await dongne(['doctor'], { DONGNE_DATADIR: folder })
    expect(stderr).toContain('DONGNE_DATA_DIR')
    expect(code).toBe(2)
  })
})

describe('the log of recommendations', () => {
  it('is exported, and what was exported is estimated from as the catalog is', async () => {
    const events = Array.from({ length: 80 }, (_, i) => {
      const arm = i % 2 === 0 ? 'taste' : 'ranked'
      const at = '2026-11-25T00:00:00Z'
      const shown = { userId: `u${i}`, placeId: 'p', at, recommendationId: `r${i}`, position: 0 }
      const choice = { bandit: 'first-card', arm, context: [1, 0, 0], propensity: 0.5 }
      return [
        { ...shown, type: 'impression', propensity: 0.5, choice },
        ...(arm === 'taste' ? [{ ...shown, type: 'click' }] : []),
      ]
    }).flat()
    const file = join(folder, 'events.ndjson')
    await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    await json('import', file)
    const { code, stdout } = await run('export', '--what', 'recommendations')
    expect(code).toBe(0)
    const log = join(folder, 'log.ndjson')
    await writeFile(log, stdout)
    const report = await json('evaluate', 'catalog', '--task', 'off-policy')
    expect(report).toMatchObject({ rows: 80, choices: 80, logged: 0.5 })
    expect(report.policies['always taste'].ips.value).toBeCloseTo(1, 10)
    expect(report.policies['always ranked'].snips.value).toBe(0)
    expect(await json('evaluate', log, '--task', 'off-policy')).toEqual(report)
  })
})

describe('commands out of order', () => {
  it.each([
    [['embed'], 'no-places', 'dongne import'],
    [['train'], 'no-places', 'dongne import'],
    [['index'], 'no-model', 'dongne train'],
    [['import', '/no/such/file.csv'], 'file-not-found', '/no/such/file.csv'],
  ])('%j exits with 1 and says what to do first', async (args, error, words) => {
    const { code, stderr } = await run(...args)
    expect(stderr).toContain(`[${error}]`)
    expect(stderr).toContain(words)
    expect(code).toBe(1)
  })

  it('train asks for the text vectors of places that have none', async () => {
    await writeFile(join(folder, 'places.ndjson'), '{"id":"a","name":"카페 도담","lng":127,"lat":37.5}\n')
    await json('import', join(folder, 'places.ndjson'))
    const { code, stderr } = await run('train')
    expect(stderr).toContain(`[${'no-text-vectors' satisfies ErrorCode}]`)
    expect(stderr).toContain('dongne embed')
    expect(code).toBe(1)
  })

  it('doctor lists what is missing', async () => {
    const { code, stdout } = await run('doctor', '--json')
    expect(code).toBe(1)
    const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean }[] }
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      'places',
      'model',
      'vector-index',
    ])
  })
})

describe('an import of which every row is rejected', () => {
  it('fails, and says so first', async () => {
    const path = join(folder, 'nowhere.csv')
    await writeFile(path, 'id,name,lng,lat\na,A,0,0\nb,B,999,1\n')
    const { code, stdout } = await run('import', path)
    expect(stdout).toMatch(/^Every row was rejected[^]*2 rejected/)
    expect(code).toBe(1)
    await writeFile(path, 'id,name,lng,lat\na,A,0,0\nb,B,127,37\n')
    expect((await run('import', path)).code).toBe(0)
  })
})

describe('serve', () => {
  it('answers what it can without an index, and says what is missing', async () => {
    const server = await startServer(['serve'], { DONGNE_DATA_DIR: folder })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    const answer = await fetch(`${server.url}/v1/nearby`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await answer.json()).toMatchObject({
      status: 503,
      code: 'not-ready',
      remedy: expect.stringContaining('dongne index'),
    })
    expect(await server.close()).toBe(0)
  })

  it('names the port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as AddressInfo
    const { code, stderr } = await dongne(['serve', '--port', String(port)], { DONGNE_DATA_DIR: folder })
    blocker.close()
    expect(stderr).toContain(`[${'port-in-use' satisfies ErrorCode}]`)
    expect(stderr).toContain(`Port ${port}`)
    expect(code).toBe(1)
  })
})

describe('the whole line on foursquare-nyc', () => {
  it('imports, embeds, trains, indexes and answers by taste', { timeout: 240_000 }, async (context) => {
    context.skip(isAbsent('foursquare-nyc'), 'the data set ../shared/data/foursquare-nyc is absent')
    const imported = await json('import', sharedData('foursquare-nyc'))
    expect(imported).toMatchObject({ places: 9989, events: 179_468, rejected: 0 })
    const again = await json('import', sharedData('foursquare-nyc'))
    expect(again).toMatchObject({ created: 0, updated: 0 })
    expect(await json('embed')).toMatchObject({ places: 9989 })
    expect(await json('embed')).toMatchObject({ embedded: 0, cached: 9989 })
    // Killed in the middle and taken up again, training ends with the same bytes: a version is their hash.
    const budget = ['--budget', '600'] as const
    const first = await json('train', ...budget)
    await killOnceThere(['train', ...budget], join(folder, 'data/models/interrupted.checkpoint'))
    const { stderr } = await run('train', '--resume', '--seed', '2', ...budget)
    expect(stderr).toContain(`[${'checkpoint-unusable' satisfies ErrorCode}]`)
    expect(await json('train', '--resume', ...budget)).toMatchObject({ version: first.version })
    const updated = await json('train', '--update', ...budget)
    expect(updated).toMatchObject({ drift: { places: 9989 } })
    expect(updated.drift.mean).toBeLessThan(0.1)
    const last = updated.version
    await json('index')
    const server = await startServer(['serve'], { DONGNE_DATA_DIR: join(folder, 'data') })
    const taste = async (who: object) => {
      const response = await fetch(`${server.url}/v1/taste`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ who, limit: 10 }),
      })
      return ((await response.json()) as { items: { place: { id: string } }[] }).items.map(
        ({ place }) => place.id,
      )
    }
    const { users } = (await (await fetch(`${server.url}/v1/users?limit=1`)).json()) as {
      users: { id: string }[]
    }
    const personal = await taste({ userId: users[0].id })
    expect(personal).toHaveLength(10)
    expect(personal).not.toEqual(await taste({}))
    await server.close()
    // A half-written snapshot is refused by name, and training again mends it.
    await writeFile(join(folder, 'data/models', last, 'manifest.json'), '{"half":')
    expect((await run('index')).stderr).toContain('dongne train')
    expect(await readFile(join(folder, 'data/catalog.sqlite')).then((bytes) => bytes.length)).toBeGreaterThan(
      0,
    )
  })
})
