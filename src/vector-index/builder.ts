// Who is building a version on a server, so that what a dead process left can be told from what a living one makes.
// Leaves storing it to the engines.
import { hostname } from 'node:os'

export interface Builder {
  readonly host: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** A builder on another host cannot be asked whether it lives. */
const FOREIGN_LEFTOVER_MS = 24 * 3600 * 1000

export function thisBuilder(): Builder {
  return { host: hostname(), pid: process.pid, startedAt: Date.now() }
}

/** @param isBuilding whether this process is building it now */
export function isLeftover({ host, pid, startedAt }: Builder, isBuilding: boolean): boolean {
  if (host !== hostname()) return Date.now() - startedAt > FOREIGN_LEFTOVER_MS
  // A restarted container has the pid of its predecessor: only this process knows what it is building.
  return pid === process.pid ? !isBuilding : !isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0) // signal 0 only asks (kill(2))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
