// The versions of an index: two OpenSearch indices each, and an alias that names the active one.
// Leaves rows and searches to index.ts, switching to ../server-versions.ts.
//
//   <prefix>-places-<version>   `_meta` says what it was built from, and from when on it is complete
//   <prefix>-users-<version>    belongs to it
//   <prefix>-places             the alias
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { DongneError } from '../../errors.ts'
import { isLeftover, thisBuilder, type Builder } from '../builder.ts'
import type { IndexManifest } from '../port.ts'
import type { StoredVersion, VersionStore } from '../server-versions.ts'
import { BUILD_TIMEOUT_MS, type OpenSearchServer } from './server.ts'

/** Number of the mapping files; an index with others is not served. */
const SCHEMA = 'v2'
interface Meta {
  readonly schema: string
  readonly manifest: IndexManifest
  /** Who is building; absent once the version is complete. */
  readonly builder?: Builder
}

type Kind = 'places' | 'users'

interface MappingFile {
  readonly settings: Record<string, unknown>
  readonly mappings: { readonly properties: { readonly vector: object }; readonly [key: string]: unknown }
}

export class Versions implements VersionStore<StoredVersion> {
  readonly schema = SCHEMA
  readonly where: string
  readonly alias: string
  readonly #server: OpenSearchServer
  readonly #prefix: string
  readonly #building = new Set<string>()

  constructor(server: OpenSearchServer, prefix: string) {
    this.#server = server
    this.#prefix = prefix
    this.where = server.url
    this.alias = `${prefix}-places`
  }

  containerOf(version: string): string {
    return `${this.alias}-${version}`
  }

  usersOf(version: string): string {
    return `${this.#prefix}-users-${version}`
  }

  async activeContainer(): Promise<string | undefined> {
    const { status, body } = await this.#server.send<Record<string, unknown>>({
      method: 'GET',
      path: `/_alias/${this.alias}`,
      expected: [404],
    })
    return status === 404 ? undefined : Object.keys(body)[0]
  }

  /** Complete versions, oldest first. */
  async list(): Promise<StoredVersion[]> {
    const metas = await this.#metas()
    const { body } = await this.#server.send<
      Record<string, { settings: { index: { creation_date: string } } }>
    >({
      method: 'GET',
      path: `/${this.alias}-*/_settings/index.creation_date`,
    })
    const createdAt = (index: string) => Number(body[index]?.settings.index.creation_date)
    return [...metas]
      .filter(([, { builder }]) => builder === undefined)
      .map(([container, { manifest, schema }]) => ({ manifest, container, schema }))
      .sort(
        (a, b) =>
          createdAt(a.container) - createdAt(b.container) ||
          (a.manifest.version < b.manifest.version ? -1 : 1),
      )
  }

  /** New indices that take rows quickly and are not a version yet. */
  async create(manifest: IndexManifest): Promise<{ places: string; users: string }> {
    const { version, dim } = manifest
    const [places, users] = [this.containerOf(version), this.usersOf(version)]
    const meta: Meta = { schema: SCHEMA, manifest, builder: thisBuilder() }
    this.#building.add(places)
    await this.#createIndex('places', places, dim, meta)
    await this.#createIndex('users', users, dim)
    return { places, users }
  }

  async #createIndex(kind: Kind, index: string, dim: number, meta?: Meta): Promise<void> {
    const { settings, mappings } = mappingOf(kind)
    const { properties } = mappings
    await this.#server.send({
      method: 'PUT',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}`,
      body: {
        settings: { ...settings, ...LOADING },
        mappings: {
          ...mappings,
          ...(meta && { _meta: meta }),
          properties: { ...properties, vector: { ...properties.vector, dimension: dim } },
        },
      },
    })
  }

  /** One segment, settings for serving, everything visible. */
  async settle(kind: Kind, index: string): Promise<void> {
    await this.#server.send({ method: 'POST', path: `/${index}/_refresh`, timeoutMs: BUILD_TIMEOUT_MS })
    const { body } = await this.#server.send<{ task: string }>({
      method: 'POST',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}/_forcemerge`,
      query: { max_num_segments: 1, wait_for_completion: false },
    })
    await this.#finished(body.task)
    const { settings } = mappingOf(kind)
    await this.#server.send({
      method: 'PUT',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}/_settings`,
      body: Object.fromEntries(Object.keys(LOADING).map((key) => [key, settings[key] ?? null])),
    })
    await this.#server.send({ method: 'POST', path: `/${index}/_refresh`, timeoutMs: BUILD_TIMEOUT_MS })
  }

  /** From here on it is a version. */
  async complete(index: string, manifest: IndexManifest): Promise<void> {
    await this.#server.send({
      method: 'PUT',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}/_mapping`,
      body: { _meta: { schema: SCHEMA, manifest } satisfies Meta },
    })
    this.#building.delete(index)
  }

  async switchTo(container: string): Promise<void> {
    const before = await this.activeContainer()
    await this.#server.send({
      method: 'POST',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: '/_aliases',
      body: {
        actions: [
          ...(before === undefined ? [] : [{ remove: { index: before, alias: this.alias } }]),
          { add: { index: container, alias: this.alias } },
        ],
      },
    })
  }

  /** Users first: the places say what the version is, also where this breaks off in between. */
  async remove(version: string): Promise<void> {
    const places = this.containerOf(version)
    for (const index of [this.usersOf(version), places]) {
      await this.#server.send({
        method: 'DELETE',
        timeoutMs: BUILD_TIMEOUT_MS,
        path: `/${index}`,
        expected: [404],
      })
    }
    this.#building.delete(places)
  }

  /** Removes what interrupted builds left, but nothing that a living process is building. */
  async removeLeftovers(): Promise<void> {
    for (const [index, { manifest, builder }] of await this.#metas()) {
      if (builder !== undefined && isLeftover(builder, this.#building.has(index)))
        await this.remove(manifest.version)
    }
  }

  async #metas(): Promise<Map<string, Meta>> {
    const { body } = await this.#server.send<Record<string, { mappings: { _meta?: Meta } }>>({
      method: 'GET',
      path: `/${this.alias}-*/_mapping`,
    })
    return new Map(
      Object.entries(body).flatMap(([index, { mappings }]) => {
        const { _meta: meta } = mappings
        return meta?.manifest === undefined ? [] : [[index, meta]]
      }),
    )
  }

  async #finished(task: string): Promise<void> {
    for (let waitMs = 20; ; waitMs = Math.min(2000, waitMs * 2)) {
      const { body } = await this.#server.send<{ completed: boolean; error?: { reason: string } }>({
        method: 'GET',
        path: `/_tasks/${task}`,
      })
      if (body.error !== undefined) {
        throw new DongneError('engine-failed', `Merging segments failed: ${body.error.reason}`)
      }
      if (body.completed) return
      await sleep(waitMs)
    }
  }
}

function mappingOf(kind: Kind): MappingFile {
  const file = new URL(`../../../mappings/opensearch/${kind}-${SCHEMA}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as MappingFile
}

/** While rows come in: nothing is made visible, copied or written through before the end. */
const LOADING = {
  'index.refresh_interval': '-1',
  'index.auto_expand_replicas': false,
  'index.number_of_replicas': 0,
  'index.translog.durability': 'async',
} as const
