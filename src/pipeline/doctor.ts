// The doctor job: looks at configuration, data, model and index, and says what to do.
// Changes nothing.
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import type { Catalog } from '../catalog/port.ts'
import { DongneError } from '../errors.ts'
import type { Patience } from '../fault-policy.ts'
import type { Check, Service } from '../recommend/port.ts'
import { loadModel } from '../graph/snapshot.ts'
import { createLabeller } from '../text/labels.ts'
import type { KeptLanguageModel } from '../text/language-model.ts'
import type { VectorIndex } from '../vector-index/port.ts'
import type { DataFolder } from './data-folder.ts'
import type { TextProvider } from './text-provider.ts'

export interface DoctorCheck extends Check {
  /** It works, and something should be done all the same: the remedy. */
  readonly warning?: true
}

const MIN_FREE_BYTES = 1_000_000_000

interface Parts {
  readonly catalog: Catalog
  readonly folder: DataFolder
  readonly index: VectorIndex
  readonly service: Service
  readonly texts: TextProvider
  languageModel(patience: Patience): KeptLanguageModel | undefined
}

/** @param open opens what is to be looked at; where it fails, that is the finding. */
export async function runDoctor(open: () => Promise<Parts>, signal?: AbortSignal): Promise<DoctorCheck[]> {
  const node = { name: 'node', ok: true, detail: process.versions.node }
  const parts = await open().catch(asCheck)
  if ('remedy' in parts) return [node, parts]
  const { catalog, folder, index, service } = parts
  const checks: DoctorCheck[] = [
    node,
    await dataFolderCheck(folder),
    await spaceCheck(folder),
    { name: 'catalog', ok: true, detail: catalog.where },
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
    ok: true,
    ...(counts.events === 0 && { warning: true }),
    detail: `${counts.events} events of ${counts.users} users`,
    remedy: 'Import events or POST /v1/events; without them answers rest on texts alone.',
  })
  checks.push(...(await endpointChecks(parts, signal)))
  const model = await modelCheck(catalog, folder)
  checks.push(model)
  for (const check of await service.readiness()) {
    if (check.name !== 'vector-index') continue
    checks.push({
      ...check,
      ...(check.ok
        ? behindCheck(index, model)
        : {
            remedy: model.ok ? (check.remedy ?? 'Run dongne index.') : 'Run dongne train, then dongne index.',
          }),
    })
  }
  return checks
}

/** An expected failure as a check that failed. */
function asCheck(error: unknown): DoctorCheck & { readonly remedy: string } {
  if (!(error instanceof DongneError)) throw error
  const name = error.code.split('-')[0]
  return { name, ok: false, detail: `${error.message} [${error.code}]`, remedy: error.remedy }
}

/** Asks each configured endpoint one small thing. */
async function endpointChecks({ texts, languageModel }: Parts, signal?: AbortSignal): Promise<DoctorCheck[]> {
  const ask = async (name: string, work: () => Promise<string>): Promise<DoctorCheck> => {
    try {
      return { name, ok: true, detail: await work() }
    } catch (error) {
      signal?.throwIfAborted()
      return { ...asCheck(error), name }
    }
  }
  const checks: DoctorCheck[] = []
  const { probe } = texts
  if (probe !== undefined) {
    checks.push(
      await ask('embedding endpoint', async () => `${texts.name}, ${await probe(signal)} dimensions`),
    )
  }
  const model = languageModel('somebody-waits')
  if (model !== undefined) {
    checks.push(
      await ask('language model', async () => {
        const label = createLabeller(model.behind, { greeting: ['yes', 'no'] })
        await label({ texts: ['안녕하세요'] }, signal)
        return `${model.id} answers to a schema`
      }),
    )
  }
  return checks
}

/** Training alone changes no answer. */
function behindCheck(index: VectorIndex, { newest }: ModelCheck): Partial<DoctorCheck> {
  const { version, modelVersion } = index.manifest()
  if (newest === undefined || newest === modelVersion) return {}
  return {
    warning: true,
    detail: `${version} was built with model ${modelVersion}; the newest is ${newest}`,
    remedy: 'Run dongne index to answer with the newest model.',
  }
}

async function dataFolderCheck({ root }: DataFolder): Promise<DoctorCheck> {
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

interface ModelCheck extends DoctorCheck {
  /** Version of the newest model, where it can be read. */
  readonly newest?: string
}

async function modelCheck(catalog: Catalog, folder: DataFolder): Promise<ModelCheck> {
  try {
    const { info } = await loadModel(folder.models)
    const { seq } = await catalog.position()
    const newer = seq - info.lastSeq
    return {
      name: 'model',
      ok: true,
      newest: info.version,
      detail: `${info.version}, ${info.places} places, ${info.users} users, dim ${info.dim}; ${newer} events since`,
    }
  } catch (error) {
    if (!(error instanceof DongneError)) throw error
    return { name: 'model', ok: false, detail: error.message, remedy: error.remedy }
  }
}
