// The command that scores recommendations: evaluate, on data sets, the demo city, or the log of a catalog.
// Leaves the tasks to pipeline/evaluate.ts and pipeline/evaluate/.
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { BASELINE_NAMES, type BaselineName } from '../graph/baselines/names.ts'
import { EVALUATION_FORMATS, type EvaluationFormat } from '../pipeline/datasets/formats.ts'
import { EVALUATION_TASKS, type EvaluationTask } from '../pipeline/evaluate/options.ts'
import { command, job, type Job, type Outcome } from './job.ts'
import { parseInteger, parseSeconds, THREADS_HELP } from './option-values.ts'

export function addEvaluate(program: Command): void {
  command(
    program,
    'evaluate <dataset>',
    'score recommendations on a data set, on the demo city, or by the log of a catalog',
  )
    .addOption(
      new Option(
        '--format <format>',
        'layout of the folder; by its files where absent (not for demo and off-policy)',
      ).choices([...EVALUATION_FORMATS]),
    )
    .addOption(
      new Option(
        '--task <task>',
        'what to score; ranking, or tours of that format; off-policy takes "catalog" or a file of logged rows',
      ).choices([...EVALUATION_TASKS, 'demo', 'off-policy']),
    )
    .option(
      '--baselines <names>',
      `what to compare with, by commas or "all": ${BASELINE_NAMES.join(', ')}`,
      parseBaselines,
      [],
    )
    .option('--no-fusion', 'leave out item-item lists as a second score')
    .option('--budget <seconds>', 'longest training time, as 60 or 60s', parseSeconds, 60)
    .option('--dim <n>', 'dimensions of the vectors', parseInteger(1, 4096), 64)
    .option('--seed <n>', 'seed of everything random', parseInteger(0, 2 ** 31), 1)
    .option('--threads <n>', THREADS_HELP, parseInteger(1, 256), availableParallelism())
    .action(
      job(async (context, folder: string, options: EvaluateOptions) => {
        if (options.task === 'demo') return evaluateDemoCity(context, options)
        if (options.task === 'off-policy') return evaluateLog(context, folder, options)
        const { progress, signal } = context
        const { evaluateDataset } = await import('../pipeline/evaluate.ts')
        const { linesOf } = await import('../pipeline/evaluate/lines.ts')
        const { detectFormat } = await import('../pipeline/datasets/formats.ts')
        const { budget: budgetSeconds, ...rest } = options
        const format = options.format ?? (await detectFormat(folder))
        const task = options.task ?? (format === 'tours' ? 'tours' : 'ranking')
        const report = await evaluateDataset({
          ...rest,
          task,
          format,
          folder,
          budgetSeconds,
          progress,
          signal,
        })
        return { json: report, lines: linesOf(report) }
      }),
    )
}

interface EvaluateOptions {
  readonly format?: EvaluationFormat
  readonly task?: EvaluationTask | 'demo' | 'off-policy'
  readonly baselines: readonly BaselineName[]
  readonly fusion: boolean
  readonly budget: number
  readonly dim: number
  readonly seed: number
  readonly threads: number
}

/** In a folder that is removed afterwards: the task changes what it measures. */
async function evaluateDemoCity(
  { config, progress, signal }: Job,
  { seed }: EvaluateOptions,
): Promise<Outcome> {
  const { demoLines, evaluateDemo } = await import('../pipeline/evaluate/demo/demo-task.ts')
  const { openApp } = await import('../app.ts')
  const root = await mkdtemp(join(tmpdir(), 'dongne-evaluate-'))
  const own = {
    ...config,
    DONGNE_DATABASE_URL: '',
    DONGNE_ENGINE: 'embedded',
  } as const
  try {
    const report = await evaluateDemo({
      folder: root,
      open: (folder, now, tuning) => openApp({ ...own, DONGNE_DATA_DIR: folder }, now, tuning),
      seed,
      progress,
      signal,
    })
    return { json: report, lines: demoLines(report) }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function evaluateLog({ openData }: Job, source: string, { seed }: EvaluateOptions): Promise<Outcome> {
  const { evaluateOffPolicy, offPolicyLines } = await import('../pipeline/evaluate/off-policy-task.ts')
  const report = await evaluateOffPolicy(source === 'catalog' ? (await openData()).catalog : source, seed)
  return { json: report, lines: offPolicyLines(report) }
}

function parseBaselines(text: string): readonly BaselineName[] {
  if (text === 'all') return BASELINE_NAMES
  return text.split(',').map((word) => {
    const name = BASELINE_NAMES.find((known) => known === word.trim())
    if (name === undefined) {
      throw new InvalidArgumentError(`"${word}" is none of ${BASELINE_NAMES.join(', ')}; or give all.`)
    }
    return name
  })
}
