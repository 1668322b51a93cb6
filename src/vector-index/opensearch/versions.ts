// The versions of an index: one OpenSearch index each, and an alias that names the active one.
// Leaves rows and searches to index.ts.
//
//   <prefix>-places-<version>   `_meta` says what it was built from, and from when on it is complete
//   <prefix>-places             the alias
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { DongneError } from '../../errors.ts'
import { isLeftover, thisBuilder, type Builder } from '../builder.ts'
import type { IndexManifest } from '../port.ts'
import { BUILD_TIMEOUT_MS, type OpenSearchServer } from './server.ts'

/** Names the mapping; an index with another one is not served. */
export const SCHEMA = 'places-v1'
interface Meta {
  readonly schema: string
  readonly manifest: IndexManifest
  /** Who is building; absent once the version is complete. */
  readonly builder?: Builder
}

export interface StoredVersion extends IndexManifest {
  readonly index: string
  readonly schema: string
}

const MAPPING_FILE = new URL(`../../../mappings/opensearch/${SCHEMA}.json`, import.meta.url)

interface MappingFile {
  readonly settings: Record<string, unknown>
  readonly mappings: { readonly properties: { readonly vector: object }; readonly [key: string]: unknown }
}

export class Versions {
  readonly #server: OpenSearchServer
  readonly #alias: string
  readonly #building = new Set<string>()

  constructor(server: OpenSearchServer, prefix: string) {
    this.#server = server
    this.#alias = `${prefix}-places`
  }

  indexOf(version: string): string {
    return `${this.#alias}-${version}`
  }

  /** The index that the alias names, with what it was built from. Throws no-index, index-outdated. */
  async active(): Promise<StoredVersion> {
    const index = await this.activeIndex()
    const { url } = this.#server
    if (index === undefined) {
      const built = (await this.list()).map(({ version }) => version)
      const detail =
        built.length === 0
          ? `${url} has no index with the alias ${this.#alias}.`
          : `${url} has the alias ${this.#alias} for none of the versions ${built.join(', ')}.`
      throw new DongneError('no-index', detail)
    }
    const meta = (await this.#metas()).get(index)
    if (meta?.schema === SCHEMA && meta.builder === undefined) {
      return { ...meta.manifest, index, schema: SCHEMA }
    }
    const detail = meta === undefined ? 'has no manifest of dongne' : `has the mapping ${meta.schema}`
    throw new DongneError('index-outdated', `The index ${index} ${detail}; this dongne reads ${SCHEMA}.`)
  }

  async activeIndex(): Promise<string | undefined> {
    const { status, body } = await this.#server.send<Record<string, unknown>>({
      method: 'GET',
      path: `/_alias/${this.#alias}`,
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
      path: `/${this.#alias}-*/_settings/index.creation_date`,
    })
    const createdAt = (index: string) => Number(body[index]?.settings.index.creation_date)
    return [...metas]
      .filter(([, { builder }]) => builder === undefined)
      .map(([index, { manifest, schema }]) => ({ ...manifest, index, schema }))
      .sort((a, b) => createdAt(a.index) - createdAt(b.index) || (a.version < b.version ? -1 : 1))
  }

  /** A new index that takes rows quickly and is not a version yet. */
  async create(manifest: IndexManifest): Promise<string> {
    const index = this.indexOf(manifest.version)
    const { settings, mappings } = JSON.parse(readFileSync(MAPPING_FILE, 'utf8')) as MappingFile
    const { properties } = mappings
    const builder = thisBuilder()
    await this.#server.send({
      method: 'PUT',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}`,
      body: {
        settings: { ...settings, ...LOADING },
        mappings: {
          ...mappings,
          _meta: { schema: SCHEMA, manifest, builder } satisfies Meta,
          properties: { ...properties, vector: { ...properties.vector, dimension: manifest.dim } },
        },
      },
    })
    this.#building.add(index)
    return index
  }

  /** One segment, settings for serving, everything visible. */
  async settle(index: string): Promise<void> {
    await this.#server.send({ method: 'POST', path: `/${index}/_refresh`, timeoutMs: BUILD_TIMEOUT_MS })
    const { body } = await this.#server.send<{ task: string }>({
      method: 'POST',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}/_forcemerge`,
      query: { max_num_segments: 1, wait_for_completion: false },
    })
    await this.#finished(body.task)
    const { settings } = JSON.parse(readFileSync(MAPPING_FILE, 'utf8')) as MappingFile
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

  /** In one step: no request sees two versions or none. */
  async switchTo(index: string): Promise<void> {
    const before = await this.activeIndex()
    await this.#server.send({
      method: 'POST',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: '/_aliases',
      body: {
        actions: [
          ...(before === undefined ? [] : [{ remove: { index: before, alias: this.#alias } }]),
          { add: { index, alias: this.#alias } },
        ],
      },
    })
  }

  async remove(index: string): Promise<void> {
    await this.#server.send({
      method: 'DELETE',
      timeoutMs: BUILD_TIMEOUT_MS,
      path: `/${index}`,
      expected: [404],
    })
    this.#building.delete(index)
  }

  /** Removes what interrupted builds left, but nothing that a living process is building. */
  async removeLeftovers(): Promise<void> {
    for (const [index, { builder }] of await this.#metas()) {
      if (builder !== undefined && isLeftover(builder, this.#building.has(index))) await this.remove(index)
    }
  }

  async #metas(): Promise<Map<string, Meta>> {
    const { body } = await this.#server.send<Record<string, { mappings: { _meta?: Meta } }>>({
      method: 'GET',
      path: `/${this.#alias}-*/_mapping`,
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

/** While rows come in: nothing is made visible, copied or written through before the end. */
const LOADING = {
  'index.refresh_interval': '-1',
  'index.auto_expand_replicas': false,
  'index.number_of_replicas': 0,
  'index.translog.durability': 'async',
} as const
