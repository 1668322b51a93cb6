// The import job: files → catalog, in batches, with rejects and counts. Restartable: a rerun changes nothing.
// Leaves formats to import/, storage to the catalog.
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Catalog } from '../catalog/port.ts'
import type { Category } from '../domain/category.ts'
import { parseEvent, type Event } from '../domain/event.ts'
import { MAX_REVIEWS, parsePlaceInput, type Place, type PlaceInput } from '../domain/place.ts'
import type { Region } from '../domain/region.ts'
import { parseReviewInput, withReviews, type ReviewInput } from '../domain/review.ts'
import { DongneError } from '../errors.ts'
import { createLocator, type Locator } from '../geo/locate.ts'
import { checkOpeningHours } from '../geo/opening-hours.ts'
import { isReject, readFeatures, toRegions, toSpots } from '../import/areas.ts'
import { detectFormat } from '../import/detect.ts'
import { checkColumns, mappedTable, parseMapping, type Mapping } from '../import/mapping.ts'
import { nativeTable } from '../import/native.ts'
import { formatOfColumns, FOURSQUARE_TABLES, presetMapping } from '../import/presets.ts'
import { createRejects, type RejectsFile } from '../import/rejects.ts'
import { isBroken, readRows } from '../import/rows.ts'
import { openSource, type Source } from '../import/source.ts'
import type { Table } from '../import/table.ts'
import { Tally, type BoundedRegions, type ImportCounts } from './import-tally.ts'
import { collectGarbage } from './collect-garbage.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'

export interface ImportOptions {
  readonly catalog: Catalog
  /** Files, or folders of a data set. */
  readonly files: readonly string[]
  readonly format: string
  /** Path of a mapping file; decides instead of `format`. */
  readonly map?: string
  readonly dryRun: boolean
  readonly rejectsFolder: string
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface ImportSummary extends ImportCounts {
  readonly rejected: number
  readonly rejectsFile?: string
  readonly seconds: number
}

/** Rows a transaction. */
const BATCH = 500

/** One table or one set of areas to read. */
type Part =
  | { readonly kind: 'table'; readonly source: Source; readonly table: Table }
  | { readonly kind: 'regions' | 'spots'; readonly sources: readonly Source[] }

/**
 * Throws file-not-found, file-empty, unknown-format or invalid-mapping before anything is stored; file-corrupt,
 * invalid-encoding or disk-full in the middle, with the rows before it stored.
 */
export async function runImport(options: ImportOptions): Promise<ImportSummary> {
  const { catalog, files, rejectsFolder, progress, dryRun, signal } = options
  const started = performance.now()
  const parts = await planParts(options)
  const rejects = createRejects(rejectsFolder, files.length === 1 ? basename(resolve(files[0])) : 'import')
  const tally = new Tally()
  try {
    for (const part of parts) {
      if (part.kind === 'table') await importTable(part, options, rejects, tally)
      else await importAreas(part, options, rejects, tally)
    }
    if (!dryRun && parts.some(({ kind }) => kind !== 'table')) await locateAgain(catalog, progress, signal)
  } finally {
    progress.stop()
    rejects.close()
  }
  return {
    ...tally.counts(),
    rejected: rejects.count,
    ...(rejects.path !== undefined && { rejectsFile: rejects.path }),
    seconds: (performance.now() - started) / 1000,
  }
}

async function planParts({ files, format, map }: ImportOptions): Promise<Part[]> {
  const mapping = map === undefined ? undefined : await readMappingFile(map)
  const parts: Part[] = []
  for (const path of files) parts.push(...(await partsOf(path, format, mapping)))
  // Areas first: places of the same run then know them.
  return parts.sort((a, b) => Number(a.kind === 'table') - Number(b.kind === 'table'))
}

async function partsOf(path: string, format: string, mapping: Mapping | undefined): Promise<Part[]> {
  if (await isFolder(path)) {
    const names = (await readdir(path)).sort()
    const isFoursquare = FOURSQUARE_TABLES.every(({ file }) => names.includes(file))
    if (mapping === undefined && (format === 'foursquare' || (format === 'auto' && isFoursquare))) {
      return Promise.all(
        FOURSQUARE_TABLES.map(async (table) =>
          presetPart(await openSource(join(path, table.file)), table.mapping),
        ),
      )
    }
    const areas = names.filter((name) => /\.(json|geojson|topojson)(\.gz)?$/i.test(name))
    if (mapping === undefined && (format === 'regions' || format === 'spots') && areas.length > 0) {
      return [{ kind: format, sources: await Promise.all(areas.map((name) => openSource(join(path, name)))) }]
    }
    throw new DongneError(
      'unknown-format',
      `The folder ${path} holds ${names.slice(0, 5).join(', ')}, which is no known data set.`,
    )
  }
  const source = await openSource(path)
  if (mapping !== undefined) return [await tablePart(source, mapping)]
  if (format === 'regions' || format === 'spots') return [{ kind: format, sources: [source] }]
  const preset = presetMapping(format)
  if (preset !== undefined) return [await presetPart(source, preset)]
  if (format === 'foursquare')
    throw new DongneError(
      'unknown-format',
      `${path} is a file; foursquare is a folder with pois.csv and checkins.csv.`,
    )

  const detected = await detectFormat(source)
  if (detected.format === 'areas') {
    if (format === 'auto') return [{ kind: 'regions', sources: [source] }]
    throw new DongneError(
      'unknown-format',
      `${path} holds areas, not ${format}; use --format regions or spots.`,
    )
  }
  const found = format === 'auto' ? formatOfColumns(detected.columns) : format
  if (found === undefined) {
    throw new DongneError(
      'unknown-format',
      `The columns of ${path} fit no format: ${detected.columns.slice(0, 12).join(', ')}.`,
    )
  }
  const known = presetMapping(found)
  if (known !== undefined) return [await presetPart(source, known)]
  return [
    {
      kind: 'table',
      source,
      table: nativeTable(found as 'places' | 'events', detected.format, detected.columns, path),
    },
  ]
}

async function tablePart(source: Source, mapping: Mapping, options?: { leniently: boolean }): Promise<Part> {
  const { format, columns } = await detectFormat(source)
  if (format !== mapping.format) {
    throw new DongneError(
      'unknown-format',
      `${source.path} is ${format}, while its mapping is for ${mapping.format}.`,
    )
  }
  // Only a header names all columns: an NDJSON row may leave out what it does not have.
  if (format === 'csv') checkColumns(mapping, columns, source.path, options)
  return { kind: 'table', source, table: mappedTable(mapping) }
}

/** A preset takes files whose publisher left out what is not needed. */
const presetPart = (source: Source, mapping: Mapping) => tablePart(source, mapping, { leniently: true })

async function readMappingFile(path: string): Promise<Mapping> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new DongneError('file-not-found', `${path} cannot be read: ${(cause as Error).message}.`, { cause })
  }
  try {
    return parseMapping(JSON.parse(text))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new DongneError('invalid-mapping', `${path} is not JSON: ${cause.message}.`, { cause })
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    throw new DongneError('file-not-found', `${path} cannot be read: ${(cause as Error).message}.`, { cause })
  }
}

/** Rows of one table that are ready to be stored. */
interface Batch {
  readonly places: Place[]
  readonly events: Event[]
  readonly reviews: (ReviewInput & { readonly line: number })[]
  readonly categories: Map<string, Category>
  readonly regions: Map<string, Region>
}

const emptyBatch = (): Batch => ({
  places: [],
  events: [],
  reviews: [],
  categories: new Map(),
  regions: new Map(),
})

async function importTable(
  { source, table }: Extract<Part, { kind: 'table' }>,
  { catalog, dryRun, progress, signal }: ImportOptions,
  rejects: RejectsFile,
  tally: Tally,
): Promise<void> {
  const areas = await readAreas(catalog)
  // The boundaries as JSON, some 130 MB for Korea, are garbage now: left to V8 they stay for the whole import.
  if (areas.bounded.size > 0) collectGarbage()
  let batch = emptyBatch()
  // One batch is stored while the next one is read: the database's work and ours take place at the same time.
  let storing = Promise.resolve()
  let line = 0
  progress.start(basename(source.path), source.bytes)
  let read = 0
  const store = async (ready: Batch) => {
    await storeRows(catalog, ready, dryRun, tally)
    await storeReviews(catalog, ready.reviews, dryRun, tally, (review, reason) =>
      rejects.add({ file: source.path, line: review.line, field: 'placeId', value: review.placeId, reason }),
    )
  }
  const rows = readRows(source, {
    format: table.format,
    encoding: table.encoding,
    onBytes: (bytes) => (read = bytes),
  })
  try {
    for await (const row of rows) {
      line = row.line
      if (isBroken(row)) {
        rejects.add({ file: source.path, line: row.line, field: '', value: row.value, reason: row.reason })
        continue
      }
      let value = row.values
      try {
        const mapped = table.toRow(row.values, row.line)
        value = mapped.value
        if (table.target === 'events') batch.events.push(parseEvent(value))
        else if (table.target === 'reviews') batch.reviews.push({ ...parseReviewInput(value), line })
        else {
          const place = areas.locator.locate(checkOpeningHours(parseLocated(value)))
          if (!tally.isNew(place)) throw repeated(place)
          batch.places.push(place)
          tally.addPlace(place, areas)
          for (const category of mapped.categories) batch.categories.set(category.code, category)
          for (const region of mapped.regions) batch.regions.set(region.code, region)
        }
      } catch (error) {
        if (!(error instanceof DongneError)) throw error
        addReject(rejects, source.path, row.line, error, value)
      }
      if (batch.places.length + batch.events.length + batch.reviews.length < BATCH) continue
      await storing
      storing = store(batch)
      storing.catch(() => undefined) // thrown where it is awaited
      batch = emptyBatch()
      progress.update(read)
      signal?.throwIfAborted()
    }
  } catch (error) {
    // What was read before the damage is good.
    await storing
    await store(batch)
    if (!(error instanceof DongneError) || error.code !== 'file-corrupt' || line === 0) throw error
    throw new DongneError('file-corrupt', `${error.message} Line ${line} was the last one read.`, {
      cause: error,
    })
  }
  await storing
  await store(batch)
  progress.stop()
}

/**
 * A place of a file. At exactly 0, 0, in the Gulf of Guinea, there is none: tables have these numbers where they lack
 * coordinates. Throws invalid-request.
 */
function parseLocated(value: unknown): PlaceInput {
  const place = parsePlaceInput(value)
  if (place.lng !== 0 || place.lat !== 0) return place
  const detail = 'is 0 like lat: at 0, 0 there is only sea, such rows lack their coordinates'
  throw new DongneError('invalid-request', `/lng ${detail}`, { errors: [{ pointer: '/lng', detail }] })
}

/** The first row counts: with the last one, a rerun would write both again. */
function repeated({ id }: Place): DongneError {
  const detail = `"${id}" came before in this import; the first row counts`
  return new DongneError('invalid-request', `/id ${detail}`, { errors: [{ pointer: '/id', detail }] })
}

function addReject(
  rejects: RejectsFile,
  file: string,
  line: number,
  error: DongneError,
  value: Readonly<Record<string, unknown>>,
): void {
  const [first] = error.errors
  const field = first?.pointer.split('/')[1] ?? ''
  rejects.add({ file, line, field, value: value[field] ?? null, reason: first?.detail ?? error.message })
}

async function storeRows(catalog: Catalog, batch: Batch, dryRun: boolean, tally: Tally): Promise<void> {
  const { places, events, categories, regions } = batch
  tally.addRows(places, events, categories.keys())
  if (dryRun) return
  const freshRegions = tally.freshOnes('region', [...regions.values()], ({ code }) => code)
  const freshCategories = tally.freshOnes('category', [...categories.values()], ({ code }) => code)
  if (freshRegions.length > 0) await catalog.saveRegions(await withoutKnown(catalog, freshRegions))
  if (freshCategories.length > 0) await catalog.saveCategories(freshCategories)
  if (places.length > 0) tally.addSaved(await catalog.savePlaces(places))
  if (events.length > 0) {
    const { appended, duplicates } = await catalog.appendEvents(events)
    tally.addSaved({ created: appended, updated: 0, unchanged: duplicates })
  }
}

/** Reviews join the places that the catalog has; those of others, and those above a place's limit, are rejected. */
async function storeReviews(
  catalog: Catalog,
  reviews: Batch['reviews'],
  dryRun: boolean,
  tally: Tally,
  reject: (review: Batch['reviews'][number], reason: string) => void,
): Promise<void> {
  const places = await catalog.places([...new Set(reviews.map(({ placeId }) => placeId))])
  const changed = new Map<string, Place>()
  for (const review of reviews) {
    const known = changed.get(review.placeId) ?? places.get(review.placeId)
    if (known === undefined) {
      reject(review, `"${review.placeId}" is no place of the catalog; import places before their reviews`)
      continue
    }
    const { place, rest } = withReviews(known, [review.text])
    if (rest.length > 0) reject(review, `the place has ${MAX_REVIEWS} reviews already`)
    else tally.reviews++
    changed.set(place.id, place)
  }
  if (!dryRun && changed.size > 0) tally.addSaved(await catalog.savePlaces([...changed.values()]))
}

/** A region that the catalog knows already, perhaps with its name and boundary, is not replaced by a bare code. */
async function withoutKnown(catalog: Catalog, regions: readonly Region[]): Promise<Region[]> {
  const known = new Set((await catalog.regions()).map(({ code }) => code))
  return regions.filter(({ code }) => !known.has(code))
}

interface Areas extends BoundedRegions {
  readonly locator: Locator
}

async function readAreas(catalog: Catalog): Promise<Areas> {
  const [regions, spots] = await Promise.all([catalog.regions({ withGeometry: true }), catalog.spots()])
  const parents = new Set(regions.map(({ parent }) => parent))
  const bounded = regions.filter(({ geometry }) => geometry !== undefined).map(({ code }) => code)
  return {
    locator: createLocator({ regions, spots }),
    bounded: new Set(bounded),
    finest: new Set(bounded.filter((code) => !parents.has(code))),
  }
}

async function importAreas(
  { kind, sources }: Extract<Part, { kind: 'regions' | 'spots' }>,
  { catalog, dryRun, progress }: ImportOptions,
  rejects: RejectsFile,
  tally: Tally,
): Promise<void> {
  progress.start(kind, sources.length)
  const files = await Promise.all(
    sources.map(async (source) => ({ source, features: await readFeatures(source) })),
  )
  // All files at once: a district's parent is in another one.
  const features = files.flatMap((file) => file.features)
  const origins = files.flatMap(({ source, features }) => features.map(() => source.path))
  const rows = kind === 'regions' ? toRegions(features) : toSpots(features)
  const good: (Region | Exclude<ReturnType<typeof toSpots>[number], { error: DongneError }>)[] = []
  rows.forEach((row, index) => {
    if (!isReject(row)) good.push(row)
    else addReject(rejects, origins[index], row.line, row.error, row.values)
  })
  if (kind === 'regions') tally.regions += good.length
  else tally.spots += good.length
  if (!dryRun) {
    tally.addSaved(
      kind === 'regions'
        ? await catalog.saveRegions(good as Region[])
        : await catalog.saveSpots(good as never[]),
    )
  }
  progress.stop()
}

/** New boundaries move places that are stored already. */
async function locateAgain(catalog: Catalog, progress: Progress, signal?: AbortSignal): Promise<void> {
  const { places } = await catalog.counts()
  if (places === 0) return
  const { locator } = await readAreas(catalog)
  progress.start('locate places', places)
  let done = 0
  for await (const batch of livePlaces(catalog)) {
    signal?.throwIfAborted()
    await catalog.savePlaces(
      batch.map((place) =>
        locator.locate({
          ...place,
          categories: [...place.categories],
          regions: [...place.regions],
          spots: [...place.spots],
        }),
      ),
    )
    progress.update((done += batch.length))
  }
}
