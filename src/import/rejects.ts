// The rows that an import refused, with the reason, in an NDJSON file. Made only when there is a first one.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { nameDiskFull } from '../durable-files.ts'

export interface Reject {
  readonly file: string
  readonly line: number
  readonly field: string
  readonly value: unknown
  readonly reason: string
}

export interface RejectsFile {
  readonly count: number
  /** Absent while nothing was rejected. */
  readonly path: string | undefined
  /** Throws disk-full. */
  add(reject: Reject): void
  close(): void
}

/** @param name of the import, for the file's name; what the last import of this name left is removed */
export function createRejects(folder: string, name: string): RejectsFile {
  let count = 0
  let file: number | undefined
  const path = join(folder, `${basename(name)}.rejects.ndjson`)
  rmSync(path, { force: true })
  return {
    get count() {
      return count
    },
    get path() {
      return count === 0 ? undefined : path
    },
    add(reject) {
      try {
        if (file === undefined) {
          mkdirSync(folder, { recursive: true })
          file = openSync(path, 'w')
        }
        writeSync(file, `${JSON.stringify(reject)}\n`)
      } catch (error) {
        throw nameDiskFull(error, path)
      }
      count++
    },
    close() {
      if (file !== undefined) closeSync(file)
    },
  }
}
