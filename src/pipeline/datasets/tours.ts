// Tours of a city: poi-*.csv (poiID, poiLat, poiLon, poiCat or poiTheme) and traj-*.csv (userID, trajID, poiID,
// startTime), the layout of Chen, Ong and Xie (CIKM 2016). Other columns and a second file of the same kind are not needed.
import { readdir } from 'node:fs/promises'
import { DongneError } from '../../errors.ts'
import { invalidLine } from './dataset.ts'
import { readTable } from './table.ts'

export interface TourPlace {
  readonly id: string
  /** Empty where the file has none. */
  readonly category: string
  readonly lng: number
  readonly lat: number
}

export interface Tour {
  readonly userId: string
  /** Places in the order of their first visit, as rows of `ToursDataset.places`; each once. */
  readonly places: readonly number[]
  /** Whether the tour came back to one of them. */
  readonly loop: boolean
}

export interface ToursDataset {
  readonly places: readonly TourPlace[]
  /** In the order of the file. */
  readonly tours: readonly Tour[]
}

/** Throws invalid-dataset. */
export async function readTours(folder: string): Promise<ToursDataset> {
  const { poiFile, tourFile } = await filesOf(folder)
  const pois = await readTable(folder, poiFile, ['poiID', 'poiLat', 'poiLon'])
  const places = pois.map((row, index): TourPlace => {
    const { poiID: id, poiLat, poiLon } = row
    const [lat, lng] = [Number(poiLat), Number(poiLon)]
    if (poiLat === '' || poiLon === '' || !(Math.abs(lat) <= 90) || !(Math.abs(lng) <= 180)) {
      throw invalidLine(folder, poiFile, index + 2, `[${poiLon}, ${poiLat}] is no position`)
    }
    return { id, category: row['poiCat'] ?? row['poiTheme'] ?? '', lng, lat }
  })
  const numbers = new Map(places.map(({ id }, index) => [id, index]))
  const visits = new Map<string, { userId: string; stops: { place: number; at: number }[] }>()
  const rows = await readTable(folder, tourFile, ['userID', 'trajID', 'poiID', 'startTime'])
  rows.forEach(({ userID, trajID, poiID, startTime }, index) => {
    const fail = (problem: string) => invalidLine(folder, tourFile, index + 2, problem)
    const place = numbers.get(poiID)
    if (place === undefined) throw fail(`poiID "${poiID}" is not in ${poiFile}`)
    const at = Number(startTime)
    if (startTime === '' || !Number.isFinite(at))
      throw fail(`startTime "${startTime}" is not a time in seconds`)
    if (!visits.has(trajID)) visits.set(trajID, { userId: userID, stops: [] })
    visits.get(trajID)!.stops.push({ place, at })
  })
  const tours = [...visits.values()].map(({ userId, stops }): Tour => {
    const order = stops.sort((a, b) => a.at - b.at).map(({ place }) => place)
    const once = [...new Set(order)]
    return { userId, places: once, loop: once.length < order.length }
  })
  return { places, tours }
}

/** The files of the one city of a folder: poi-X.csv with traj-X.csv, or the only ones there are. */
async function filesOf(folder: string): Promise<{ poiFile: string; tourFile: string }> {
  let names: string[]
  try {
    names = (await readdir(folder)).sort()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new DongneError('invalid-dataset', `${folder} cannot be read (${code}).`, { cause })
  }
  const pois = names.filter((name) => /^poi-.*\.csv$/.test(name))
  const tours = names.filter((name) => /^traj-.*\.csv$/.test(name))
  const pairs = pois.flatMap((poiFile) => {
    const tourFile = poiFile.replace('poi-', 'traj-')
    return tours.includes(tourFile) ? [{ poiFile, tourFile }] : []
  })
  if (pairs.length > 1) {
    const cities = pairs.map(({ poiFile }) => poiFile).join(', ')
    throw new DongneError(
      'invalid-dataset',
      `${folder} holds several cities (${cities}); give each a folder.`,
    )
  }
  const [poiFile] = pois
  const [tourFile] = tours
  if (pairs.length === 0 && (pois.length !== 1 || tours.length !== 1)) {
    throw new DongneError('invalid-dataset', `${folder} has no pair of files poi-X.csv and traj-X.csv.`)
  }
  return pairs[0] ?? { poiFile, tourFile }
}
