// Commands around the running service: serve, demo, doctor.
// Leaves the server's life to serve.ts, the demo city to pipeline/demo.ts, the checks to pipeline/doctor.ts.
import { join } from 'node:path'
import type { Command } from 'commander'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { command, job } from './job.ts'
import { parseInteger } from './option-values.ts'

export function addServe(program: Command): void {
  command(program, 'serve', 'answer over HTTP')
    .option('--port <n>', 'TCP port, instead of PORT', parseInteger(0, 65_535))
    .action(
      job(async ({ config, openApp, signal }, options: { port?: number }) => {
        const app = await openApp({ ...config, ...(options.port !== undefined && { PORT: options.port }) })
        return serveHttp(app, signal)
      }),
    )
}

export function addDemo(program: Command): void {
  command(program, 'demo', 'make a demo city, train on it, and serve it with a map')
    .option('--port <n>', 'TCP port, instead of PORT', parseInteger(0, 65_535))
    .option('--seed <n>', 'seed of the city', parseInteger(0, 2 ** 31), 1)
    .option('--build-only', 'make and index the city, do not serve')
    .action(
      job(async (context, options: { port?: number; seed: number; buildOnly?: true }) => {
        const { config, openApp, progress, signal } = context
        const { runDemo } = await import('../pipeline/demo.ts')
        const app = await openApp({
          ...apartForDemo(config),
          ...(options.port !== undefined && { PORT: options.port }),
        })
        const built = await runDemo({ ...app, seed: options.seed, now: Date.now(), progress, signal })
        if (options.buildOnly)
          return { json: built, lines: [`The demo city is ready (${built.seconds.toFixed(1)} s).`] }
        return serveHttp(app, signal)
      }),
    )
}

export function addDoctor(program: Command): void {
  command(program, 'doctor', 'check configuration, data, model and index, and say what to do').action(
    job(async ({ openApp, signal }) => {
      const { runDoctor } = await import('../pipeline/doctor.ts')
      const checks = await runDoctor(() => openApp(), signal)
      return {
        json: { ok: checks.every(({ ok }) => ok), checks },
        lines: checks.map(({ ok, warning, name, detail, remedy }) =>
          ok && !warning
            ? `ok    ${name}: ${detail}`
            : `${ok ? 'warn' : 'FAIL'}  ${name}: ${detail}${remedy === undefined ? '' : `\n      ${remedy}`}`,
        ),
        failed: checks.some(({ ok }) => !ok),
      }
    }),
  )
}

async function serveHttp(app: App, signal: AbortSignal): Promise<undefined> {
  const { serve } = await import('../serve.ts')
  return serve(app, signal)
}

/** A folder and a database schema of its own: a demo never mixes with imported data. */
function apartForDemo(config: Config): Config {
  const folder = {
    ...config,
    DONGNE_DATA_DIR: join(config.DONGNE_DATA_DIR, 'demo'),
    DONGNE_INDEX_PREFIX: `${config.DONGNE_INDEX_PREFIX}_demo`,
  }
  if (config.DONGNE_DATABASE_URL === '') return folder
  const url = new URL(config.DONGNE_DATABASE_URL)
  url.searchParams.set('schema', `${url.searchParams.get('schema') ?? 'dongne'}_demo`)
  return { ...folder, DONGNE_DATABASE_URL: url.href }
}
