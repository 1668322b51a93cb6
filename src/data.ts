// Opens the data folder and its catalog: all that import, embedding and training need.
// Leaves index and service to app.ts, which commands that answer load on top.
import { mkdir } from 'node:fs/promises'
import type { Catalog } from './catalog/port.ts'
import { openSqliteCatalog } from './catalog/sqlite.ts'
import type { Config } from './config.ts'
import { dataFolder, type DataFolder } from './pipeline/data-folder.ts'

export interface Data {
  readonly config: Config
  readonly folder: DataFolder
  readonly catalog: Catalog
  close(): Promise<void>
}

/** Opens the catalog of the configured data folder, making it where it is missing. */
export async function openData(config: Config): Promise<Data> {
  const folder = dataFolder(config.DONGNE_DATA_DIR)
  await mkdir(folder.root, { recursive: true })
  const catalog = await openSqliteCatalog(folder.catalog)
  return { config, folder, catalog, close: () => catalog.close() }
}
