// The doctor job: looks at configuration, data, model and index, and says what to do.
// Changes nothing.
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import type { Catalog } from '../catalog/port.ts'
import { DongneError } from '../errors.ts'
import type { Check, Service } from '../recommend/port.ts'
import { loadModel } from '../graph/snapshot.ts'
import type { DataFolder } from './data-folder.ts'

const MIN_FREE_BYTES = 1_000_000_000

export async function runDoctor(options: {
  readonly catalog: Catalog
  readonly folder: DataFolder
  readonly service: Service
}): Promise<Check[]> {
  const { catalog, folder, service } = options
  const checks: Check[] = [
    { name: 'node', ok: true, detail: process.versions.node },
    await dataFolderCheck(folder),
    await spaceCheck(folder),
  ]
  const counts = await catalog.counts()
  checks.push({
    name: 'places',
    ok: counts.places > 0,
    detail: `${counts.places} places in ${counts.regions} regions and ${counts.spots} spots`,
    remedy: 'Run dongne import FILE, or dongne demo.',
  })
  checks.push({
    name: 'events',
    ok: counts.events > 0,
    detail: `${counts.events} events of ${counts.users} users`,
    remedy: 'Import events or POST /v1/events; without them answers rest on texts alone.',
  })
  checks.push(await modelCheck(catalog, folder))
  for (const check of await service.readiness()) {
    if (check.name === 'vector-index') checks.push(check)
  }
  return checks
}

async function dataFolderCheck({ root }: DataFolder): Promise<Check> {
  const name = 'data folder'
  try {
    await access(root, constants.R_OK | constants.W_OK)
    return { name, ok: true, detail: root }
  } catch (error) {
    return {
      name,
      ok: false,
      detail: (error as Error).message,
      remedy: 'Make the folder writable, or set DONGNE_DATA_DIR.',
    }
  }
}

async function spaceCheck({ root }: DataFolder): Promise<Check> {
  const { bavail, bsize } = await statfs(root)
  const free = bavail * bsize
  return {
    name: 'disk space',
    ok: free > MIN_FREE_BYTES,
    detail: `${(free / 1e9).toFixed(1)} GB free`,
    remedy: 'Free some space: imports and index versions need room.',
  }
}

async function modelCheck(catalog: Catalog, folder: DataFolder): Promise<Check> {
  try {
    const { info } = await loadModel(folder.models)
    const { seq } = await catalog.position()
    const newer = seq - info.lastSeq
    return {
      name: 'model',
      ok: true,
      detail: `${info.version}, ${info.places} places, ${info.users} users, dim ${info.dim}; ${newer} events since`,
    }
  } catch (error) {
    if (!(error instanceof DongneError)) throw error
    return { name: 'model', ok: false, detail: error.message, remedy: error.remedy }
  }
}
