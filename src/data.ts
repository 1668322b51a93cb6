// Opens the data folder and its catalog: all that import, embedding and training need.
// Leaves index and service to app.ts, which commands that answer load on top.
import { mkdir } from 'node:fs/promises'
import type { Catalog } from './catalog/port.ts'
import { openPostgresCatalog } from './catalog/postgres.ts'
import { openSqliteCatalog } from './catalog/sqlite.ts'
import type { Config } from './config.ts'
import { dataFolder, type DataFolder } from './pipeline/data-folder.ts'

export interface Data {
  readonly config: Config
  readonly folder: DataFolder
  readonly catalog: Catalog
  close(): Promise<void>
}

/** Opens the data folder and the configured catalog, making them where they are missing. */
export async function openData(config: Config): Promise<Data> {
  const folder = dataFolder(config.DONGNE_DATA_DIR)
  await mkdir(folder.root, { recursive: true })
  const url = config.DONGNE_DATABASE_URL
  const catalog = await (url === '' ? openSqliteCatalog(folder.catalog) : openPostgresCatalog(url))
  return { config, folder, catalog, close: () => catalog.close() }
}
