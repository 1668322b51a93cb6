// The versions of an index: two collections each, an alias that names the active one, and a small one of manifests.
// Leaves rows and searches to index.ts, switching to ../server-versions.ts.
//
//   <prefix>_places_<version>    the places
//   <prefix>_users_<version>     belongs to them
//   <prefix>_places              the alias
//   <prefix>_places_manifests    an entity for each: what it was built from, when and by whom, and its time zones
import { readFileSync } from 'node:fs'
import { DongneError } from '../../errors.ts'
import { isLeftover, thisBuilder, type Builder } from '../builder.ts'
import type { IndexManifest } from '../port.ts'
import type * as shared from '../server-versions.ts'
import { BUILD_TIMEOUT_MS, type MilvusServer } from './server.ts'

/** Number of the mapping files; a collection with others is not served. */
const SCHEMA = 'v2'
const MANIFEST_BYTES = 60_000

type Kind = 'places' | 'users'

export interface StoredVersion extends shared.StoredVersion {
  /** Milliseconds since 1970. */
  readonly builtAt: number
  readonly timeZones: readonly string[]
  /** Absent once the version is complete. */
  readonly builder?: Builder
}

interface MappingFile {
  readonly fields: readonly { readonly name: string; readonly [key: string]: unknown }[]
  readonly indexes: Readonly<Record<'lite' | 'server', readonly object[]>>
}

const building = { timeoutMs: BUILD_TIMEOUT_MS }

export class Versions implements shared.VersionStore<StoredVersion> {
  readonly schema = SCHEMA
  readonly where: string
  readonly alias: string
  readonly #server: MilvusServer
  readonly #prefix: string
  readonly #manifests: string
  readonly #building = new Set<string>()

  constructor(server: MilvusServer, prefix: string) {
    this.#server = server
    this.#prefix = prefix
    this.where = `Milvus at ${server.address}`
    this.alias = `${prefix}_places`
    this.#manifests = `${prefix}_places_manifests`
  }

  containerOf(version: string): string {
    return this.#collectionOf('places', version)
  }

  usersOf(version: string): string {
    return this.#collectionOf('users', version)
  }

  /** Collection names have no hyphens and dots. */
  #collectionOf(kind: Kind, version: string): string {
    return `${this.#prefix}_${kind}_${version.replaceAll('-', '_h').replaceAll('.', '_d')}`
  }

  /** Milvus Lite scans every vector; a server has graphs. */
  async isLite(): Promise<boolean> {
    const { version } = await this.#server.call('version', (client) => client.getVersion())
    return version.includes('lite')
  }

  async activeContainer(): Promise<string | undefined> {
    try {
      // The library asks for a collection's name too, and does not send it.
      const request = { alias: this.alias, collection_name: this.alias }
      const { collection } = await this.#server.call('alias', (client) => client.describeAlias(request))
      return collection
    } catch (error) {
      if (error instanceof DongneError && error.code === 'no-index') return undefined
      throw error
    }
  }

  /** Complete versions, oldest first. */
  async list(): Promise<StoredVersion[]> {
    return (await this.#stored()).filter(({ builder }) => builder === undefined)
  }

  /** Removes what interrupted builds left, but nothing that a living process is building. */
  async removeLeftovers(): Promise<void> {
    for (const { manifest, container, builder } of await this.#stored()) {
      if (builder !== undefined && isLeftover(builder, this.#building.has(container))) {
        await this.remove(manifest.version)
      }
    }
  }

  async #stored(): Promise<StoredVersion[]> {
    if (!(await this.#has(this.#manifests))) return []
    await this.load(this.#manifests)
    const { data } = await this.#server.call('manifests', (client) =>
      client.query({ collection_name: this.#manifests, filter: 'version > ""', output_fields: ['manifest'] }),
    )
    return data
      .map(({ manifest }) => JSON.parse(manifest as string) as StoredVersion)
      .sort((a, b) => a.builtAt - b.builtAt || (a.manifest.version < b.manifest.version ? -1 : 1))
  }

  /** New collections that are not a version yet. */
  async create(manifest: IndexManifest): Promise<{ places: string; users: string }> {
    const { version, dim } = manifest
    const [places, users] = [this.containerOf(version), this.usersOf(version)]
    this.#building.add(places)
    const stored = { manifest, container: places, schema: SCHEMA, builtAt: Date.now(), timeZones: [] }
    await this.#store({ ...stored, builder: thisBuilder() })
    const engine = (await this.isLite()) ? 'lite' : 'server'
    for (const [kind, collection] of Object.entries({ places, users })) {
      const file = new URL(`../../../mappings/milvus/${kind}-${SCHEMA}.json`, import.meta.url)
      const { fields, indexes } = JSON.parse(readFileSync(file, 'utf8')) as MappingFile
      const sized = fields.map((field) => (field.name === 'vector' ? { ...field, dim } : field))
      await this.#createCollection(collection, sized, indexes[engine])
    }
    return { places, users }
  }

  /** Into the memory of the server: a restart takes it out of there. */
  async load(collection: string): Promise<void> {
    const request = { collection_name: collection }
    await this.#server.call('load', (client) => client.loadCollectionSync(request), building)
  }

  /** From here on it is a version; again where the time zones changed. */
  async complete(stored: StoredVersion): Promise<void> {
    await this.#store(stored)
    this.#building.delete(stored.container)
  }

  async #store(stored: StoredVersion): Promise<void> {
    if (!(await this.#has(this.#manifests))) {
      const fields = [
        { name: 'version', data_type: 'VarChar', is_primary_key: true, max_length: 100 },
        { name: 'manifest', data_type: 'VarChar', max_length: MANIFEST_BYTES },
        { name: 'none', data_type: 'FloatVector', dim: 2 }, // a collection has to have a vector
      ]
      await this.#createCollection(this.#manifests, fields, [
        { field_name: 'none', index_type: 'FLAT', metric_type: 'L2' },
      ])
    }
    const row = { version: stored.manifest.version, manifest: JSON.stringify(stored), none: [0, 0] }
    await this.#server.call(
      'manifest',
      (client) => client.upsert({ collection_name: this.#manifests, data: [row] }),
      building,
    )
  }

  async switchTo(container: string): Promise<void> {
    const request = { collection_name: container, alias: this.alias }
    const isFirst = (await this.activeContainer()) === undefined
    await this.#server.call(
      'alias',
      (client) => (isFirst ? client.createAlias(request) : client.alterAlias(request)),
      building,
    )
  }

  async remove(version: string): Promise<void> {
    if (await this.#has(this.#manifests)) {
      const request = { collection_name: this.#manifests, filter: `version == "${version}"` }
      await this.#server.call('manifest', (client) => client.delete(request))
    }
    this.#building.delete(this.containerOf(version))
    for (const collection of [this.usersOf(version), this.containerOf(version)]) {
      if (!(await this.#has(collection))) continue
      const request = { collection_name: collection }
      await this.#server.call('drop', (client) => client.dropCollection(request), building)
    }
  }

  async #has(collection: string): Promise<boolean> {
    const { value } = await this.#server.call('collection', (client) =>
      client.hasCollection({ collection_name: collection }),
    )
    return Boolean(value)
  }

  async #createCollection(
    name: string,
    fields: readonly object[],
    indexParams: readonly object[],
  ): Promise<void> {
    await this.#server.call(
      'create',
      (client) =>
        client.createCollection({
          collection_name: name,
          fields: fields as never,
          index_params: indexParams as never,
          consistency_level: 'Strong' as never,
        }),
      building,
    )
    await this.load(name)
  }
}
