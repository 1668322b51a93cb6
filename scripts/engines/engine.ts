// What setup and tests know about an engine: whether it is installed, how to install and to run it.
// Leaves each engine to a file of its own.
import { execFileSync, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Engine {
  readonly name: string
  installed(): boolean
  /** Throws an Error that names what is missing and the remedy. Safe to run again after an interruption. */
  install(): void
}

export interface EngineServer extends Engine {
  /** Starts it on 127.0.0.1; `dataDir` is created where it is missing. */
  start(options: { readonly port: number; readonly dataDir: string }): ChildProcess
  isReady(port: number): Promise<boolean>
}

/** Git-ignored; everything that is fetched lies below it. */
export const ENGINES_FOLDER = fileURLToPath(new URL('../../.engines', import.meta.url))

/** Runs a tool to its end. Throws with the end of what it printed where it fails. */
export function runTool(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  try {
    execFileSync(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: Buffer; stderr?: Buffer }
    const printed = `${stdout}${stderr}`.trim().split('\n').slice(-10).join('\n')
    throw new Error(`${file} ${args[0]} failed:\n${printed}`, { cause: error })
  }
}

/** Throws where a command is not on the PATH. */
export function needTool(command: string, versionFlag: string, remedy: string): void {
  if (spawnSync(command, [versionFlag], { stdio: 'ignore' }).status !== 0) {
    throw new Error(`${command} is missing. Remedy: ${remedy}`)
  }
}

/** Installs PyPI packages into a virtual environment of their own at `folder`, which is `complete` when this returns. */
export function installPython(folder: string, packages: readonly string[]): void {
  const remedy = 'install Python 3.10 or newer with venv (Debian: apt-get install python3-venv)'
  needTool('python3', '--version', remedy)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(ENGINES_FOLDER, { recursive: true })
  runTool('python3', ['-m', 'venv', folder])
  runTool(join(folder, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', ...packages])
  // Written last: a virtual environment holds its own path, so it cannot be moved into place when complete.
  writeFileSync(join(folder, 'complete'), '')
}

/** Whether a server on 127.0.0.1 answers a GET with success. */
export async function answersHttp(port: number, path: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2000) })
    return ok
  } catch {
    return false
  }
}

/** Waits until a started engine answers; throws with what it printed where it ends before that, or takes too long. */
export async function untilReady(server: EngineServer, child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_MS
  let printed = ''
  const keep = (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4000))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  while (!(await server.isReady(port))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${server.name} ended with ${child.exitCode ?? child.signalCode}:\n${printed}`)
    }
    if (Date.now() > deadline) throw new Error(`${server.name} does not answer on port ${port}:\n${printed}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Asks a started engine to stop, and waits; one that does not listen is killed. */
export async function stopEngine(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  child.kill('SIGTERM')
  await once(child, 'exit')
  clearTimeout(late)
}

/** A JVM on a busy machine with two cores took up to 40 s. */
const START_MS = 120_000
const STOP_MS = 10_000
