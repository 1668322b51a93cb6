// Commands that make what is served: train a model, build an index version of it.
// Leaves the work to pipeline/train.ts and pipeline/build-index.ts.
import { availableParallelism } from 'node:os'
import { Option, type Command } from 'commander'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { DongneError } from '../errors.ts'
import { command, job, type Outcome } from './job.ts'
import { parseInteger, parseSeconds, THREADS_HELP } from './option-values.ts'

export function addTrain(program: Command): void {
  command(program, 'train', 'refine text vectors by the user-place graph into a model')
    .option('--budget <seconds>', 'longest training time, as 60 or 60s', parseSeconds, 60)
    .option('--dim <n>', 'dimensions of the vectors', parseInteger(1, 4096), 64)
    .option('--seed <n>', 'seed of everything random', parseInteger(0, 2 ** 31), 1)
    .option('--threads <n>', THREADS_HELP, parseInteger(1, 256), availableParallelism())
    .option('--update', 'go on from the newest model with the events since, in its space')
    .option('--resume', 'go on with a training that was interrupted')
    .option('--report <file>', 'write curves, slices, neighbours and a map of the places as HTML')
    .action(
      job(async ({ openData, progress, signal }, options: TrainOptions) => {
        const { runTrain } = await import('../pipeline/train.ts')
        const { rankerLines } = await import('../pipeline/ranker/lines.ts')
        const { catalog, folder, texts } = await openData()
        const { budget: budgetSeconds, report: reportPath, ...rest } = options
        const summary = await runTrain({
          ...rest,
          ...(reportPath !== undefined && { reportPath }),
          catalog,
          texts,
          modelsFolder: folder.models,
          budgetSeconds,
          progress,
          signal,
        })
        return {
          json: summary,
          lines: [
            `Trained model ${summary.version} on ${summary.events} events: ${summary.places} places, ${summary.users} users, ` +
              `dim ${summary.dim}, ${summary.epochs} epochs, ${summary.seconds.toFixed(1)} s.`,
            ...(summary.events === 0
              ? ['No events yet: places lie where their texts and what is alike put them.']
              : summary.cutShort
                ? ['The budget ended training before its plan: a larger --budget makes a better model.']
                : []),
            ...(summary.drift === undefined
              ? []
              : [
                  `${summary.drift.places} known places moved by ${summary.drift.mean.toFixed(3)} on average, ` +
                    `${summary.drift.p95.toFixed(3)} at the 95th percentile (1 − cosine).`,
                ]),
            ...(summary.ranker === undefined
              ? ['Too few choices to learn a ranker from: nearby uses the default weights.']
              : rankerLines(summary.ranker)),
          ],
        }
      }),
    )
}

export function addIndex(program: Command): void {
  command(program, 'index', 'build a new index version and switch to it')
    .option('--rollback', 'switch back to the version before')
    .addOption(
      new Option('--engine <engine>', 'engine to index in, instead of DONGNE_ENGINE').choices([
        'embedded',
        'opensearch',
        'milvus',
      ]),
    )
    .action(
      job(async ({ config, openApp, progress, signal }, options: IndexOptions) => {
        const { runIndex } = await import('../pipeline/build-index.ts')
        const { openEncoder } = await import('../pipeline/encoder.ts')
        const { catalog, folder, texts, index, words } = await openApp({
          ...config,
          ...(options.engine !== undefined && { DONGNE_ENGINE: options.engine }),
        })
        if (options.rollback) return rollback(index)
        const summary = await runIndex({
          catalog,
          index,
          words,
          encoder: await openEncoder({ catalog, folder, texts, patience: 'job' }),
          progress,
          signal,
        })
        return {
          json: summary,
          lines: [
            `Indexed ${summary.places} places and ${summary.users} users as ${summary.version} in ${summary.seconds.toFixed(1)} s; it is served now.`,
          ],
        }
      }),
    )
}

interface TrainOptions {
  readonly budget: number
  readonly dim: number
  readonly seed: number
  readonly threads: number
  readonly update?: true
  readonly resume?: true
  readonly report?: string
}

interface IndexOptions {
  readonly rollback?: true
  readonly engine?: Config['DONGNE_ENGINE']
}

async function rollback(index: App['index']): Promise<Outcome> {
  const { versions, active } = await index.versions()
  const previous = versions.findLast(({ version }) => version !== active)
  if (previous === undefined) throw new DongneError('no-index', 'There is no version before the active one.')
  await index.activate(previous.version)
  return { json: { version: previous.version }, lines: [`Switched back to ${previous.version}.`] }
}
