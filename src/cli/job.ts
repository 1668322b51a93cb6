// What every command has in common: --json, configuration, progress, Ctrl-C, closing, output and exit code.
// Leaves the work to the commands, failures to cli.ts.
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { readConfig, type Config } from '../config.ts'
import type { Data } from '../data.ts'
import { createProgress, type Progress } from '../pipeline/progress.ts'

export const EXIT_FAILED = 1

/** What a command's work gets. */
export interface Job {
  readonly config: Config
  readonly progress: Progress
  /** Aborted by the first Ctrl-C; a second one ends the process. */
  readonly signal: AbortSignal
  /** Opens the catalog of the configured data folder; closed when the command ends. */
  openData(): Promise<Data>
  /** The same with index and service. */
  openApp(config?: Config): Promise<App>
}
export interface Outcome {
  /** Printed with --json. */
  readonly json: object
  /** Printed otherwise. */
  readonly lines: readonly string[]
  readonly failed?: boolean
}

/** A command of the program; every one prints JSON when asked to. */
export function command(program: Command, nameAndArguments: string, description: string): Command {
  return program
    .command(nameAndArguments)
    .description(description)
    .option('--json', 'print one JSON object on stdout at the end')
    .exitOverride()
}

/** Wraps a command's work: configuration, progress, Ctrl-C, closing, output and exit code. */
export function job<A extends unknown[]>(work: (context: Job, ...args: A) => Promise<Outcome | undefined>) {
  return async (...all: [...A, Command]): Promise<void> => {
    const { json } = (all.at(-1) as Command).opts<{ json?: true }>()
    const abort = new AbortController()
    const stop = () => abort.abort()
    process.once('SIGINT', stop).once('SIGTERM', stop)
    const opened: Data[] = []
    const closedLater = <T extends Data>(data: T): T => {
      opened.push(data)
      return data
    }
    const progress = createProgress({ stream: process.stderr })
    try {
      const config = readConfig()
      const outcome = await work(
        {
          config,
          progress,
          signal: abort.signal,
          async openData() {
            const { openData } = await import('../data.ts')
            return closedLater(await openData(config))
          },
          async openApp(changed = config) {
            const { openApp } = await import('../app.ts')
            return closedLater(await openApp(changed))
          },
        },
        ...(all.slice(0, -1) as A),
      )
      if (outcome !== undefined) {
        console.log(json ? JSON.stringify(outcome.json) : outcome.lines.join('\n'))
        if (outcome.failed) process.exitCode = EXIT_FAILED
      }
    } finally {
      progress.stop()
      for (const data of opened) await data.close()
      process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop)
    }
  }
}
