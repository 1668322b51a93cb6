// Runs the real command line as a child process: to its end, or as a server until closed.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../bin/dongne.js', import.meta.url))

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts `dongne …`. */
export function spawnDongne(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): ChildProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DONGNE_')),
  )
  return spawn(process.execPath, [...nodeOptions, bin, ...args], {
    env: { ...inherited, DONGNE_LOG_LEVEL: 'warn', ...env },
  })
}

/** Runs `dongne …` and waits for its end. */
export async function dongne(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<Finished> {
  const child = spawnDongne(args, env, nodeOptions)
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

export interface RunningServer {
  readonly url: string
  readonly process: ChildProcess
  /** Asks it to stop, waits, and returns its exit code. */
  close(): Promise<number | null>
}

/** Starts `dongne serve` or `dongne demo` on a free port and waits until it is ready. */
export async function startServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const child = spawnDongne([...args, '--port', '0'], env)
  let stderr = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      const ready = /dongne is ready: (\S+)/.exec(stderr)
      if (ready !== null) resolve(ready[1])
    })
    child.once('close', (code) => reject(new Error(`dongne ${args.join(' ')} ended with ${code}: ${stderr}`)))
  })
  child.stdout!.resume()
  return {
    url,
    process: child,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill('SIGTERM')
      const [code] = (await once(child, 'close')) as [number | null]
      return code
    },
  }
}
