// The embedded engine: the port over a folder of versions, the active one in memory. Exact.
// Leaves scans to open-version.ts, folders to version-folders.ts, and replaying changes after a switch to the caller.
import { mkdir } from 'node:fs/promises'
import { DongneError } from '../../errors.ts'
import type { IndexCapabilities, VectorIndex } from '../port.ts'
import { ColumnBuilder } from './columns.ts'
import { OpenVersion } from './open-version.ts'
import { readVersionFiles } from './version-files.ts'
import {
  checkVersionName,
  listVersions,
  readActive,
  removeLeftovers,
  removeVersion,
  versionFolder,
  writeActive,
  writeVersion,
} from './version-folders.ts'

export interface EmbeddedIndexOptions {
  /** Created where it is absent. */
  readonly folder: string
}

const CAPABILITIES: IndexCapabilities = { recall: 1, maxK: Number.MAX_SAFE_INTEGER }

/** The version served, or why there is none. */
type Served = { readonly name?: string; readonly version: OpenVersion | DongneError }

/**
 * Opens the index in `folder`. It opens without an active version too, or with a damaged one, so that `build` can mend
 * that: reads then throw no-index or index-corrupt. Upserts and deletes are kept in memory, over the active version;
 * `activate` and `refresh` start from the new version as built, so the caller replays what changed since its revision.
 */
export async function openEmbeddedIndex({ folder }: EmbeddedIndexOptions): Promise<VectorIndex> {
  await mkdir(folder, { recursive: true })
  await removeLeftovers(folder)
  let served = await openActive(folder)

  /** What this call reads from start to end, whatever is activated meanwhile. */
  function current(): OpenVersion {
    const { version } = served
    if (version instanceof OpenVersion) return version
    throw new DongneError(version.code, version.message, { cause: version })
  }

  // Activations take effect in the order of the calls, though each reads files first.
  let switching: Promise<unknown> = Promise.resolve()
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = switching.then(task)
    switching = result.catch(() => {}) // its caller has the failure; the next in turn goes on
    return result
  }

  return {
    capabilities: CAPABILITIES,
    manifest: () => current().manifest,
    async search({ vector, filter, k, signal }) {
      signal?.throwIfAborted()
      return current().search(vector, filter, k)
    },
    async list({ order, filter, k, signal }) {
      signal?.throwIfAborted()
      return current().list(order, filter, k)
    },
    matching: async (ids, filter) => current().matching(ids, filter),
    vectors: async (ids) => current().vectors(ids),
    count: async (filter) => current().count(filter),
    upsert: async (rows) => current().upsert(rows),
    delete: async (ids) => current().delete(ids),

    async build(manifest, batches) {
      checkVersionName(manifest.version)
      const builder = new ColumnBuilder(manifest.dim)
      for await (const rows of batches) for (const row of rows) builder.add(row)
      const columns = builder.finish()
      const { version, dim, modelVersion, revision } = manifest
      const built = { version, dim, modelVersion, revision, count: columns.ids.length }
      return inTurn(async () => {
        if (
          version === (await readActive(folder)) &&
          (await openActive(folder)).version instanceof OpenVersion
        ) {
          const detail = `names the active version "${version}"`
          throw new DongneError('invalid-request', `A build ${detail}: choose another name.`, {
            errors: [{ pointer: '/version', detail }],
          })
        }
        await writeVersion(folder, built, columns)
        return built
      })
    },

    activate: (version) =>
      inTurn(async () => {
        checkVersionName(version)
        const known = (await listVersions(folder)).some((manifest) => manifest.version === version)
        if (!known) throw new DongneError('no-index', `There is no index version "${version}" in ${folder}.`)
        // Read before the switch: a damaged version never becomes the active one.
        const opened = await openVersion(folder, version)
        await writeActive(folder, version)
        served = { name: version, version: opened }
      }),

    async versions() {
      const versions = (await listVersions(folder)).map(({ version, dim, modelVersion, revision, count }) => {
        return { version, dim, modelVersion, revision, count }
      })
      const active = await readActive(folder)
      return { versions, ...(active !== undefined && { active }) }
    },

    drop: (version) =>
      inTurn(async () => {
        checkVersionName(version)
        if (version === (await readActive(folder))) {
          const detail = `is the active version "${version}"`
          throw new DongneError(
            'invalid-request',
            `The version to drop ${detail}: activate another one first.`,
            {
              errors: [{ pointer: '/version', detail }],
            },
          )
        }
        await removeVersion(folder, version)
      }),

    refresh: () =>
      inTurn(async () => {
        const name = await readActive(folder)
        if (served.version instanceof OpenVersion && name === served.name) return false
        const opened = await openActive(folder)
        if (opened.version instanceof DongneError) {
          // Better the version in memory than none; a folder that never had one is no news.
          if (served.version instanceof OpenVersion) throw opened.version
          served = opened
          return false
        }
        served = opened
        return true
      }),

    async close() {
      await switching
      served = { version: new DongneError('no-index', `The index in ${folder} was closed.`) }
    },
  }
}

async function openVersion(folder: string, version: string): Promise<OpenVersion> {
  const { manifest, columns } = await readVersionFiles(versionFolder(folder, version))
  return new OpenVersion(manifest, columns)
}

/** Opens what `current` names, or tells why that is not possible. */
async function openActive(folder: string): Promise<Served> {
  for (;;) {
    const name = await readActive(folder)
    if (name === undefined)
      return { version: new DongneError('no-index', `${folder} has no active version.`) }
    try {
      checkVersionName(name)
    } catch (cause) {
      const message = `${folder}/current does not name a version: "${name}".`
      return { version: new DongneError('index-corrupt', message, { cause }) }
    }
    try {
      return { name, version: await openVersion(folder, name) }
    } catch (error) {
      if (!(error instanceof DongneError)) throw error
      // Another process may have activated a newer version and dropped this one while it was read.
      if (name === (await readActive(folder))) return { name, version: error }
    }
  }
}
