// The embedded engine: the port over a folder of versions, the active one in memory. Exact.
// Leaves scans to open-version.ts, folders to version-folders.ts, and what the catalog knows since a version to the caller.
import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { DongneError } from '../../errors.ts'
import { checkVector } from '../check-vector.ts'
import { checkFeatures } from '../features.ts'
import type { IndexCapabilities, IndexManifest, VectorIndex } from '../port.ts'
import { searchArranged } from './arrange.ts'
import type { Change } from './change-log.ts'
import { DurableChanges } from './durable-changes.ts'
import { lockFolder } from './folder-lock.ts'
import { OpenVersion, toHit } from './open-version.ts'
import { SegmentBuilder } from './segment-builder.ts'
import { MAX_THREADS } from './segment-data.ts'
import { userAsRow } from './user-rows.ts'
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
import { SegmentThreads } from './segment-threads.ts'

export interface EmbeddedIndexOptions {
  /** Created where it is absent. */
  readonly folder: string
  /** Worker threads for large searches, started when one comes; 0: the caller's thread does all. Default: one a core, at most 8. */
  readonly threads?: number
  /**
   * Whether upserts and deletes outlive the process by a log of their own. One process may have a folder open so; others may
   * build and activate beside, and read what is in segments. Default false: changes stay in memory, the catalog has them all.
   */
  readonly durable?: boolean
  /** Size at which a log becomes a segment; default 64 MiB. */
  readonly checkpointBytes?: number
}

const CAPABILITIES: IndexCapabilities = {
  recall: 1,
  maxK: Number.MAX_SAFE_INTEGER,
  features: ['minScore', 'paging', 'grouping', 'diversity', 'batch'],
}

/** The version served, or why there is none. */
type Served = {
  readonly name?: string
  readonly version: OpenVersion | DongneError
  /** Beside every version that is open. */
  readonly users?: OpenVersion
  readonly changes?: DurableChanges
}

/**
 * Opens the index in `folder`. It opens without an active version too, or with a damaged one, so that `build` can mend
 * that: reads then throw no-index or index-corrupt. Upserts and deletes go over the active version. Unless the index is
 * `durable`, `activate` and `refresh` start from a version as built, so the caller replays what changed since its revision.
 * Throws index-locked where another process has the folder open as durable, too.
 */
export async function openEmbeddedIndex(options: EmbeddedIndexOptions): Promise<VectorIndex> {
  const { folder, durable = false, threads = availableParallelism() } = options
  await mkdir(folder, { recursive: true })
  const unlock = durable ? await lockFolder(folder) : undefined
  await removeLeftovers(folder)
  const pool = new SegmentThreads(Math.min(threads, MAX_THREADS - 1))
  let served: Served
  try {
    served = await openActive()
  } catch (error) {
    await unlock?.()
    throw error
  }

  /** What this call reads from start to end, whatever is activated meanwhile. */
  function current(): OpenVersion {
    const { version } = served
    if (version instanceof OpenVersion) return version
    throw new DongneError(version.code, version.message, { cause: version })
  }

  function currentUsers(): OpenVersion {
    current()
    return served.users!
  }

  // Activations take effect in the order of the calls, though each reads files first.
  let switching: Promise<unknown> = Promise.resolve()
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = switching.then(task)
    switching = result.catch(() => {}) // its caller has the failure; the next in turn goes on
    return result
  }

  async function change(change: Change): Promise<void> {
    if (durable) await switching // one that is under way may close the log of the version served
    const version = current()
    if (change.type === 'upsert') version.check(change.rows)
    if (served.changes !== undefined) return served.changes.change(change)
    if (change.type === 'upsert') version.upsert(change.rows)
    else version.delete(change.ids)
  }

  async function openVersion(name: string): Promise<Served> {
    const path = versionFolder(folder, name)
    // A log has one writer: the version served is opened anew only when its own is closed.
    if (name === served?.name) await served.changes?.close()
    const { manifest: stored, ...data } = await readVersionFiles(path)
    const manifest = indexManifest(stored)
    const opened = new OpenVersion(manifest, data.segments, pool)
    const users = new OpenVersion(manifest, [data.users], pool)
    if (!durable) return { name, version: opened, users }
    return {
      name,
      version: opened,
      users,
      changes: await DurableChanges.open(path, stored, opened, options.checkpointBytes),
    }
  }

  async function serve(next: Served): Promise<void> {
    const before = served
    served = next
    if (before.name !== next.name) await before.changes?.close()
    if (before.version instanceof OpenVersion) before.version.close()
    before.users?.close()
  }

  /** Opens what `current` names, or tells why that is not possible. */
  async function openActive(): Promise<Served> {
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
        return await openVersion(name)
      } catch (error) {
        if (!(error instanceof DongneError)) throw error
        // Another process may have activated a newer version and dropped this one while it was read.
        if (name === (await readActive(folder))) return { name, version: error }
      }
    }
  }

  return {
    capabilities: CAPABILITIES,
    manifest: () => current().manifest,
    async search(query) {
      query.signal?.throwIfAborted()
      checkFeatures(query, CAPABILITIES)
      return (await searchArranged(current(), query)).map(toHit)
    },
    async searchBatch(queries) {
      for (const query of queries) {
        query.signal?.throwIfAborted()
        checkFeatures(query, CAPABILITIES)
      }
      const version = current()
      const isPlain = queries.every(
        ({ groupBy, diversity }) => groupBy === undefined && diversity === undefined,
      )
      const found = isPlain
        ? await version.searchAll(queries)
        : await Promise.all(queries.map((query) => searchArranged(version, query)))
      return found.map((hits) => hits.map(toHit))
    },
    async list({ order, filter, k, signal }) {
      signal?.throwIfAborted()
      return current().list(order, filter, k)
    },
    matching: async (ids, filter) => current().matching(ids, filter),
    vectors: async (ids) => current().vectors(ids),
    count: async (filter) => current().count(filter),
    users: {
      async similar(vector, k, signal) {
        signal?.throwIfAborted()
        return (await currentUsers().search({ vector, filter: {}, k })).map(toHit)
      },
      vectors: async (ids) => currentUsers().vectors(ids),
    },
    upsert: (rows) => change({ type: 'upsert', rows }),
    delete: (ids) => change({ type: 'delete', ids }),
    deleteUsers: async (ids) => currentUsers().delete(ids),

    async build(source, batches, userBatches) {
      const { version, dim } = source
      checkVersionName(version)
      const builder = new SegmentBuilder(dim)
      for await (const rows of batches) for (const row of rows) builder.add(row)
      const data = builder.finish()
      const userBuilder = new SegmentBuilder(dim)
      for await (const rows of userBatches ?? []) {
        for (const row of rows) {
          checkVector(row.vector, dim, `user "${row.id}"`)
          userBuilder.add(userAsRow(row))
        }
      }
      const users = userBuilder.finish()
      const built = indexManifest({ ...source, count: data.header.count, users: users.header.count })
      return inTurn(async () => {
        // A damaged version may be built anew; whether its segments are, takes reading them.
        const isDamaged = served.name === version && served.version instanceof DongneError
        const isActive = version === (await readActive(folder))
        if (isActive && !isDamaged && (await isWhole(versionFolder(folder, version)))) {
          const detail = `names the active version "${version}"`
          throw new DongneError('invalid-request', `A build ${detail}: choose another name.`, {
            errors: [{ pointer: '/version', detail }],
          })
        }
        await writeVersion(folder, built, [data], users)
        return built
      })
    },

    activate: (version) =>
      inTurn(async () => {
        checkVersionName(version)
        const known = (await listVersions(folder)).some((manifest) => manifest.version === version)
        if (!known) throw new DongneError('no-index', `There is no index version "${version}" in ${folder}.`)
        // Read before the switch: a damaged version never becomes the active one.
        const opened = await openVersion(version)
        await writeActive(folder, version)
        await serve(opened)
      }),

    async versions() {
      const versions = (await listVersions(folder)).map(indexManifest)
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
        const opened = await openActive()
        if (opened.version instanceof DongneError) {
          // Better the version in memory than none; a folder that never had one is no news.
          if (served.version instanceof OpenVersion) throw opened.version
          served = opened
          return false
        }
        await serve(opened)
        return true
      }),

    async close() {
      await switching
      const { changes } = served
      served = { version: new DongneError('no-index', `The index in ${folder} was closed.`) }
      await changes?.close()
      await pool.close()
      await unlock?.()
    },
  }
}

/** What a caller sees of a manifest. */
function indexManifest({ version, dim, modelVersion, revision, count, users }: IndexManifest): IndexManifest {
  return { version, dim, modelVersion, revision, count, users }
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    await readVersionFiles(folder)
    return true
  } catch (error) {
    if (error instanceof DongneError) return false
    throw error
  }
}
