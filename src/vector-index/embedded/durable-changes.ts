// Changes of one version that survive the process: logged before they are acknowledged, and written into a new segment when
// the log grows. Leaves the log's format to change-log.ts, answers to open-version.ts.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DongneError } from '../../errors.ts'
import { ChangeLog, type Change } from './change-log.ts'
import type { OpenVersion } from './open-version.ts'
import type { SegmentData } from './segment-data.ts'
import { replaceSegments, type StoredManifest } from './version-files.ts'

/** A log of this size is replaced by a segment; reading one at opening takes about a second. */
const CHECKPOINT_BYTES = 64 * 2 ** 20

export class DurableChanges {
  readonly #folder: string
  readonly #version: OpenVersion
  readonly #checkpointBytes: number
  #manifest: StoredManifest
  #log: ChangeLog
  #number: number
  #applied: Promise<void> = Promise.resolve()
  #checkpoint: Promise<void> | undefined
  #checkpointFailure: unknown

  private constructor(
    folder: string,
    version: OpenVersion,
    checkpointBytes: number,
    manifest: StoredManifest,
    log: ChangeLog,
    number: number,
  ) {
    this.#folder = folder
    this.#version = version
    this.#checkpointBytes = checkpointBytes
    this.#manifest = manifest
    this.#log = log
    this.#number = number
  }

  /** Applies what the logs hold to the version just read, and removes what a checkpoint left. Throws index-corrupt. */
  static async open(
    folder: string,
    manifest: StoredManifest,
    version: OpenVersion,
    checkpointBytes = CHECKPOINT_BYTES,
  ): Promise<DurableChanges> {
    let number = manifest.firstLog
    const wanted = new Set(manifest.segments.map(({ file }) => file))
    const names = await readdir(folder)
    for (const name of names) {
      const log = /^changes-(\d+)\.log$/.exec(name)
      if (log !== null && Number(log[1]) >= manifest.firstLog) number = Math.max(number, Number(log[1]))
      else if (log !== null || name.endsWith('.tmp') || (name.startsWith('segment-') && !wanted.has(name))) {
        await rm(join(folder, name))
      }
    }
    let log: ChangeLog | undefined
    for (let next = manifest.firstLog; next <= number; next++) {
      await log?.close()
      if (next < number && !names.includes(`changes-${next}.log`)) {
        throw new DongneError('index-corrupt', `${logPath(folder, next)} is missing.`)
      }
      const opened = await ChangeLog.open(logPath(folder, next))
      for (const change of opened.changes) apply(version, change)
      log = opened.log
    }
    return new DurableChanges(folder, version, checkpointBytes, manifest, log!, number)
  }

  /** Resolves once the change is on the disk and seen by the next query. Throws disk-full, and then nothing changed. */
  async change(change: Change): Promise<void> {
    const failure = this.#checkpointFailure
    this.#checkpointFailure = undefined
    if (failure !== undefined) throw failure
    const logged = this.#log.append(change)
    // In the order of the log, whoever is awoken first.
    const applied = this.#applied.then(() => logged).then(() => apply(this.#version, change))
    this.#applied = applied.catch(() => {}) // the caller has the failure
    await applied
    if (this.#log.sizeBytes >= this.#checkpointBytes) {
      this.#checkpoint ??= this.#write()
        .catch((error: unknown) => {
          this.#checkpointFailure = error
        })
        .finally(() => (this.#checkpoint = undefined))
    }
  }

  /** Waits for changes and a checkpoint under way. */
  async close(): Promise<void> {
    await this.#applied
    await this.#checkpoint
    await this.#log.close()
  }

  /** From here on changes go to a new log; what the version holds at that moment becomes a segment. */
  async #write(): Promise<void> {
    const { log: next } = await ChangeLog.open(logPath(this.#folder, this.#number + 1))
    const before = this.#log
    this.#log = next
    this.#number++
    const firstLog = this.#number
    // Changes of the old log come before those of the new one. Once the last of them is applied, and before the first of the
    // new log is, the version is what the segment has to hold.
    const merged = new Promise<SegmentData>((resolve) => {
      this.#applied = this.#applied.then(() => resolve(this.#version.merged()))
    })
    const data = await merged.finally(() => before.close())
    const old = this.#manifest
    this.#manifest = await replaceSegments(this.#folder, old, data, firstLog)
    for (const { file } of old.segments) await rm(join(this.#folder, file), { force: true })
    for (let number = old.firstLog; number < firstLog; number++) {
      await rm(logPath(this.#folder, number), { force: true })
    }
  }
}

function logPath(folder: string, number: number): string {
  return join(folder, `changes-${number}.log`)
}

function apply(version: OpenVersion, change: Change): void {
  if (change.type === 'upsert') version.upsert(change.rows)
  else version.delete(change.ids)
}
