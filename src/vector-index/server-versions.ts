// What every engine on a server does with its versions: serve the active one, notice a switch, activate, drop.
// Leaves where versions are stored, and what is opened of one, to the engines.
import { DongneError, type ErrorCode } from '../errors.ts'
import type { IndexManifest, VectorIndex } from './port.ts'
import { badVersion, checkVersionName } from './version-name.ts'

export interface StoredVersion {
  readonly manifest: IndexManifest
  /** The index or collection of its places. */
  readonly container: string
  /** Of the mapping file that it was made with. */
  readonly schema: string
}

export interface VersionStore<S extends StoredVersion> {
  /** Where it is, for people. */
  readonly where: string
  /** The schema that this dongne reads. */
  readonly schema: string
  /** Names the active version. */
  readonly alias: string
  containerOf(version: string): string
  /** Complete versions, oldest first. */
  list(): Promise<S[]>
  /** What the alias names. */
  activeContainer(): Promise<string | undefined>
  /** In one step: no request sees two versions or none. */
  switchTo(container: string): Promise<void>
  /** Ignores an unknown one. */
  remove(version: string): Promise<void>
}

/** A version that is read, with what is kept of it in memory. */
export interface Opened {
  /** The indices or collections of its places and users. */
  readonly container: string
  readonly users: string
  /** Places, changes of this process included. */
  count: number
  /** Of the places, for `openAt`. */
  readonly timeZones: Set<string>
}

export interface ServerVersionsOptions<S extends StoredVersion, T extends Opened> {
  readonly store: VersionStore<S>
  open(stored: S): Promise<T>
  /** Takes over what other processes changed in the version served. */
  update(opened: T): Promise<void>
  /** What a request fails of where its version was dropped meanwhile. */
  readonly goneCodes: readonly ErrorCode[]
}

export interface ServerVersions<T> extends Pick<VectorIndex, 'activate' | 'versions' | 'drop' | 'refresh'> {
  /** What this call reads from start to end, whatever is activated meanwhile. Throws why there is none. */
  current(): T
  /** Asks again where another process dropped the version that this one still served. */
  orReopened<R>(ask: (opened: T) => Promise<R>): Promise<R>
  /** Throws invalid-request for the active version. `what` goes on after "The version". */
  checkInactive(version: string, what: 'to build' | 'to drop'): Promise<void>
}

/** Opens the active version, or remembers why that is not possible until `refresh` finds one. */
export async function serveVersions<S extends StoredVersion, T extends Opened>(
  options: ServerVersionsOptions<S, T>,
): Promise<ServerVersions<T>> {
  const { store } = options
  let served: T | DongneError = await openActive().catch(named)

  async function openActive(): Promise<T> {
    const container = await store.activeContainer()
    const stored = await store.list()
    if (container === undefined) {
      const built = stored.map(({ manifest }) => manifest.version).join(', ')
      const detail = built === '' ? 'has no index with' : `has, for none of the versions ${built},`
      throw new DongneError('no-index', `${store.where} ${detail} the alias ${store.alias}.`)
    }
    const active = stored.find((version) => version.container === container)
    if (active?.schema === store.schema) return options.open(active)
    const detail = active === undefined ? 'has no manifest of dongne' : `has the schema ${active.schema}`
    throw new DongneError('index-outdated', `${container} ${detail}; this dongne reads ${store.schema}.`)
  }

  function current(): T {
    if (!(served instanceof DongneError)) return served
    throw new DongneError(served.code, served.message, { cause: served })
  }

  async function checkInactive(version: string, what: string): Promise<void> {
    checkVersionName(version)
    if ((await store.activeContainer()) !== store.containerOf(version)) return
    throw badVersion(`${what} is the active one, "${version}"`)
  }

  return {
    current,
    checkInactive,

    async orReopened(ask) {
      const asked = current()
      try {
        return await ask(asked)
      } catch (error) {
        if (!(error instanceof DongneError) || !options.goneCodes.includes(error.code)) throw error
        const opened = await openActive()
        served = opened
        return ask(opened)
      }
    },

    async activate(version) {
      checkVersionName(version)
      const known = (await store.list()).find(({ manifest }) => manifest.version === version)
      if (known === undefined) {
        throw new DongneError('no-index', `There is no index version "${version}" on ${store.where}.`)
      }
      if (known.schema !== store.schema) {
        throw new DongneError('index-outdated', `The version "${version}" has the schema ${known.schema}.`)
      }
      await store.switchTo(known.container)
      served = await openActive()
    },

    async versions() {
      const [stored, active] = await Promise.all([store.list(), store.activeContainer()])
      const name = stored.find(({ container }) => container === active)?.manifest.version
      return {
        versions: stored.map(({ manifest }) => manifest),
        ...(name !== undefined && { active: name }),
      }
    },

    async drop(version) {
      await checkInactive(version, 'to drop')
      await store.remove(version)
    },

    async refresh() {
      const known = served
      if (!(known instanceof DongneError)) {
        if ((await store.activeContainer()) === known.container) {
          await options.update(known)
          return false
        }
        served = await openActive()
        return true
      }
      const opened = await openActive().catch(named)
      served = opened
      if (!(opened instanceof DongneError)) return true
      if (opened.code === 'no-index') return false
      throw opened
    },
  }
}

/** Errors of the table are a state of the index; others are faults of this code. */
function named(error: unknown): DongneError {
  if (error instanceof DongneError) return error
  throw error
}
