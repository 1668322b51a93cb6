// Real check-ins of New York: OpenSearch over PostgreSQL answers what the embedded index over SQLite answers, order included.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  type Recommendation,
} from '../../src/domain/recommendation.ts'
import { dongne } from '../command.ts'
import {
  createTestPostgres,
  isPostgresInstalled,
  WITHOUT_POSTGRES,
  type TestPostgres,
} from '../postgres-server.ts'
import { requireEngine } from '../require-engine.ts'
import { isAbsent, sharedData } from '../shared-data.ts'
import { freshPrefix, withEngine } from './engine.ts'

const DATA = 'foursquare-nyc'
const ABSENT = `the data set ../shared/data/${DATA} is absent`
const isReady = isPostgresInstalled && !isAbsent(DATA)

withEngine('opensearchUrl', (url) => {
  describe('foursquare-nyc on OpenSearch and PostgreSQL', () => {
    let database: TestPostgres
    let folder: string
    const apps: App[] = []

    beforeAll(async () => {
      if (!isReady) return
      database = await createTestPostgres()
      folder = await mkdtemp(join(tmpdir(), 'dongne-nyc-'))
      const local = { DONGNE_DATA_DIR: folder }
      const remote = {
        ...local,
        DONGNE_DATABASE_URL: database.url,
        DONGNE_ENGINE: 'opensearch',
        OPENSEARCH_URL: url,
        DONGNE_INDEX_PREFIX: freshPrefix(),
      }
      // One model for both: what training makes does not depend on where places are stored.
      for (const [env, ...step] of [
        [local, 'import', sharedData(DATA), '--format', 'foursquare'],
        [local, 'embed'],
        [local, 'train', '--budget', '5', '--dim', '32'],
        [local, 'index'],
        [remote, 'import', sharedData(DATA), '--format', 'foursquare'],
        [remote, 'embed'],
        [remote, 'index'],
      ] as const) {
        const { code, stderr } = await dongne(step, env)
        if (code !== 0) throw new Error(`dongne ${step.join(' ')} ended with ${code}: ${stderr}`)
      }
      const now = Date.now()
      for (const env of [local, remote]) apps.push(await openApp(readConfig(env), () => now))
    }, 400_000)
    afterAll(async () => {
      for (const app of apps) await app.close()
      await database?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }, 60_000)
    beforeEach((context) => {
      context.skip(isAbsent(DATA), ABSENT)
      requireEngine(context, isPostgresInstalled, WITHOUT_POSTGRES)
    })

    async function expectSame(ask: (app: App) => Promise<Recommendation>): Promise<void> {
      const [{ items: ours }, { items: theirs, degraded }] = await Promise.all(apps.map(ask))
      expect(degraded).toBeUndefined()
      expect(theirs.length).toBeGreaterThan(0)
      expect(theirs).toEqual(ours)
    }

    it('nearby, similar and taste are the same, scores, reasons and order included', async () => {
      const [{ service }] = apps
      const at = Date.parse('2012-05-05T18:00:00Z')
      let places = 0
      for (const { id: userId } of await service.users(12)) {
        const who = { userId }
        const { items } = await service.taste(parseTasteRequest({ who, limit: 3 }))
        for (const { place } of items) {
          places++
          const { lng, lat } = place as Required<typeof place>
          const near = { lng, lat }
          const circle = { lng, lat, radiusMeters: 700 }
          await expectSame((app) => app.service.nearby(parseNearbyRequest({ near, who, limit: 50 }, at)))
          await expectSame((app) =>
            app.service.nearby(parseNearbyRequest({ near, where: { circle }, who, limit: 50 }, at)),
          )
          await expectSame((app) =>
            app.service.similar(parseSimilarRequest({ placeIds: [place.id!], limit: 50 })),
          )
          const bbox = [lng - 0.02, lat - 0.02, lng + 0.02, lat + 0.02]
          await expectSame((app) => app.service.taste(parseTasteRequest({ who, where: { bbox }, limit: 50 })))
        }
      }
      expect(places).toBe(36) // of four questions each
    })

    it('users alike are the same', async () => {
      const [ours, theirs] = apps.map(({ service }) => service)
      for (const { id } of await ours.users(20)) {
        const alike = await ours.similarUsers(id, 20)
        expect(alike).toHaveLength(20)
        expect(await theirs.similarUsers(id, 20)).toEqual(alike)
      }
    })

    it('search finds mostly the same by other means', async () => {
      let [shared, all] = [0, 0]
      for (const query of ['coffee shop', 'museum', 'italian restaurant', 'park', 'train station']) {
        const [ours, theirs] = await Promise.all(
          apps.map(({ service }) => service.search(parseSearchRequest({ query, limit: 20 }))),
        )
        const ids = new Set(ours.items.map(({ place: { id } }) => id))
        shared += theirs.items.filter(({ place: { id } }) => ids.has(id)).length
        all += ids.size
      }
      expect(shared).toBeGreaterThan(all / 2)
    })
  })
})
