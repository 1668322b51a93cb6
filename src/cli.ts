// argv → one call a command. Prints words for people, or one JSON object on stdout with --json.
// Leaves work to pipeline/ and http/; a command loads its own work only, so that it starts quickly and an import has the
// memory for itself. Exit codes: 0 done, 1 failed, 2 usage.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { App } from './app.ts'
import { readConfig, type Config } from './config.ts'
import type { Data } from './data.ts'
import type { Locale } from './domain/names.ts'
import { DongneError } from './errors.ts'
import { IMPORT_FORMATS } from './import/presets.ts'
import { BASELINE_NAMES, type BaselineName } from './graph/baselines/names.ts'
import { EVALUATION_FORMATS, type EvaluationFormat } from './pipeline/datasets/formats.ts'
import { EVALUATION_TASKS, type EvaluationTask } from './pipeline/evaluate/options.ts'
import { EXPORTS, type ExportOptions } from './pipeline/export.ts'
import type { MatchSummary } from './pipeline/match/match.ts'
import { createProgress, type Progress } from './pipeline/progress.ts'
import type { KeptLanguageModel } from './text/language-model.ts'

const EXIT_FAILED = 1
const EXIT_USAGE = 2
const THREADS_HELP = 'threads of training; the result does not depend on them'

/** What a command's work gets. */
interface Job {
  readonly config: Config
  readonly progress: Progress
  /** Aborted by the first Ctrl-C; a second one ends the process. */
  readonly signal: AbortSignal
  /** Opens the catalog of the configured data folder; closed when the command ends. */
  openData(): Promise<Data>
  /** The same with index and service. */
  openApp(config?: Config): Promise<App>
}

interface Outcome {
  /** Printed with --json. */
  readonly json: object
  /** Printed otherwise. */
  readonly lines: readonly string[]
  readonly failed?: boolean
}

const program = new Command('dongne')
  .description('Self-hosted place recommendations under geographic filters, with reasons.')
  .version(
    (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
      .version,
  )
  .exitOverride()
  .showSuggestionAfterError()

command('import <file...>', 'read places, events, regions or spots into the catalog')
  .addOption(
    new Option('--format <format>', 'format of the files')
      .choices(['auto', ...IMPORT_FORMATS])
      .default('auto'),
  )
  .option('--map <file>', 'a mapping file that describes the columns (docs/import.md)')
  .option('--dry-run', 'check every row and count, write nothing')
  .addOption(
    new Option(
      '--match [mode]',
      'find places that are there already: merge them, or only list them for review',
    )
      .choices(['merge', 'review'])
      .preset('merge'),
  )
  .action(
    job(
      async (
        { openData, progress, signal },
        files: string[],
        options: { format: string; map?: string; dryRun?: true; match?: 'merge' | 'review' },
      ) => {
        // Rows are garbage at once: a young generation that does not grow saves 100 MB, for a tenth of the speed.
        setFlagsFromString('--semi-space-growth-factor=1')
        const { runImport } = await import('./pipeline/import.ts')
        const { catalog, folder, languageModel } = await openData()
        const { revision: since } = await catalog.position()
        const summary = await runImport({
          catalog,
          files,
          format: options.format,
          map: options.map,
          dryRun: options.dryRun ?? false,
          rejectsFolder: folder.rejects,
          progress,
          signal,
        })
        const matched = await matchImported(options, {
          catalog,
          folder,
          languageModel,
          since,
          progress,
          signal,
        })
        const counts = ['places', 'events', 'reviews', 'regions', 'spots', 'categories'] as const
        const isRefused = summary.rejected > 0 && counts.every((key) => summary[key] === 0)
        const read = counts.filter((key) => summary[key] > 0).map((key) => `${summary[key]} ${key}`)
        return {
          json: { ...summary, ...(matched && { match: matched }) },
          failed: isRefused,
          lines: [
            ...(isRefused
              ? ['Every row was rejected: the columns or the format may be others than they were taken for.']
              : []),
            `${options.dryRun ? 'Would import' : 'Imported'} ${read.join(', ') || 'nothing'} in ${summary.seconds.toFixed(1)} s: ` +
              `${summary.created} new, ${summary.updated} changed, ${summary.unchanged} unchanged, ${summary.rejected} rejected.`,
            ...(summary.rejectsFile === undefined
              ? []
              : [`Rejected rows with reasons: ${summary.rejectsFile}`]),
            ...(matched === undefined
              ? []
              : [
                  `Compared ${matched.compared} of ${matched.pairs} pairs: ${matched.same} are one place, ${matched.unsure} are unsure; ` +
                    `${matched.merged} merged, ${matched.restored} told apart again. Edit the decisions in ${matched.reviewFile} and run it again.`,
                ]),
          ],
        }
      },
    ),
  )

command('keywords', 'find what the texts of each place say, with quotes, and over all places').action(
  job(async ({ openData, progress, signal }) => {
    const { runKeywords } = await import('./pipeline/keywords.ts')
    const { openTextModel } = await import('./pipeline/embed.ts')
    const { catalog, texts, languageModel: modelFor } = await openData()
    const embedding = await openTextModel({ catalog, texts, progress, signal })
    const languageModel = modelFor('job')
    const summary = await runKeywords({
      catalog,
      embedding,
      ...(languageModel && { languageModel }),
      progress,
      signal,
    })
    return {
      json: summary,
      lines: [
        `Found ${summary.keywords} keywords; ${summary.described} of ${summary.places} places have some, ` +
          `${summary.changed} have others than before (${summary.seconds.toFixed(1)} s).`,
      ],
    }
  }),
)

command('embed', 'make text vectors of all places; only changed texts are embedded again')
  .option('--refit', 'learn anew what is learnt of the texts as a whole')
  .option('--dry-run', 'say what would be embedded, in how many requests and at what cost; ask nobody')
  .action(
    job(async ({ openData, progress, signal }, options: { refit?: true; dryRun?: true }) => {
      const { planEmbed, planText, runEmbed } = await import('./pipeline/embed.ts')
      const { catalog, texts } = await openData()
      const work = { catalog, texts, refit: options.refit ?? false, progress, signal }
      if (options.dryRun) {
        const plan = await planEmbed(work)
        return { json: { dryRun: true, ...plan }, lines: [`${planText(plan)} (${plan.cached} cached).`] }
      }
      const summary = await runEmbed({ ...work, onPlan: (plan) => console.error(`${planText(plan)}.`) })
      return {
        json: summary,
        lines: [
          `Embedded ${summary.embedded} of ${summary.places} texts (${summary.cached} cached) with ${summary.model} in ${summary.seconds.toFixed(1)} s` +
            `${summary.tokens ? `, ${summary.tokens} tokens` : ''}${summary.cost === undefined ? '' : `, cost ${summary.cost.toFixed(4)}`}.`,
        ],
      }
    }),
  )

command('describe', 'let the language model describe places, from their facts and reviews')
  .option('--locale <locales>', 'languages, by commas: ko, en', parseLocales, ['ko', 'en'])
  .option('--limit <n>', 'places at most', parseInteger(1, Number.MAX_SAFE_INTEGER))
  .action(
    job(async ({ openData, progress, signal }, options: { locale: readonly Locale[]; limit?: number }) => {
      const { runDescribe } = await import('./pipeline/describe.ts')
      const { catalog, languageModel } = await openData()
      const summary = await runDescribe({
        catalog,
        model: configured(languageModel('job')),
        locales: options.locale,
        ...(options.limit !== undefined && { limit: options.limit }),
        progress,
        signal,
      })
      return {
        json: summary,
        lines: [
          `${summary.descriptions} descriptions: ${summary.byModel} by ${summary.model}, ${summary.byTemplate} by template ` +
            `(${summary.requests} requests, ${summary.tokens} tokens, ${summary.seconds.toFixed(1)} s).`,
          ...summary.problems.map(({ problem, times }) => `  not used ${times} times: ${problem}`),
        ],
      }
    }),
  )

command('label <questions>', 'let the language model choose labels for places from the sets of a JSON file')
  .option('--out <file>', 'NDJSON of places with their labels', 'labels.ndjson')
  .option('--limit <n>', 'places at most', parseInteger(1, Number.MAX_SAFE_INTEGER))
  .action(
    job(
      async (
        { openData, progress, signal },
        questionsFile: string,
        options: { out: string; limit?: number },
      ) => {
        const { runLabel } = await import('./pipeline/label.ts')
        const { catalog, languageModel } = await openData()
        const summary = await runLabel({
          catalog,
          model: configured(languageModel('job')),
          questionsFile,
          outFile: options.out,
          ...(options.limit !== undefined && { limit: options.limit }),
          progress,
          signal,
        })
        return {
          json: summary,
          lines: [
            `Labelled ${summary.labelled} of ${summary.places} places in ${summary.file} (${summary.failed} had no usable answer).`,
          ],
        }
      },
    ),
  )

command(
  'judge <first> <second>',
  'let the language model compare two lists of answers, blinded (docs/models.md)',
)
  .option('--depth <n>', 'ranks compared a query', parseInteger(1, 100), 5)
  .option('--seed <n>', 'seed of the order of questions', parseInteger(0, 2 ** 31), 1)
  .action(
    job(
      async (
        { openData, progress, signal },
        first: string,
        second: string,
        options: { depth: number; seed: number },
      ) => {
        const { runJudge } = await import('./pipeline/judge.ts')
        const { catalog, languageModel } = await openData()
        const summary = await runJudge({
          catalog,
          model: configured(languageModel('job')),
          files: [first, second],
          ...options,
          progress,
          signal,
        })
        return {
          json: summary,
          lines: [
            `${summary.compared} comparisons over ${summary.queries} queries: first ${summary.first}, second ${summary.second}, ` +
              `same ${summary.same}, inconsistent ${summary.inconsistent}; p = ${summary.p.toFixed(4)}.`,
          ],
        }
      },
    ),
  )

command('train', 'refine text vectors by the user-place graph into a model')
  .option('--budget <seconds>', 'longest training time, as 60 or 60s', parseSeconds, 60)
  .option('--dim <n>', 'dimensions of the vectors', parseInteger(1, 4096), 64)
  .option('--seed <n>', 'seed of everything random', parseInteger(0, 2 ** 31), 1)
  .option('--threads <n>', THREADS_HELP, parseInteger(1, 256), availableParallelism())
  .option('--update', 'go on from the newest model with the events since, in its space')
  .option('--resume', 'go on with a training that was interrupted')
  .option('--report <file>', 'write curves, slices, neighbours and a map of the places as HTML')
  .action(
    job(async ({ openData, progress, signal }, options: TrainOptions) => {
      const { runTrain } = await import('./pipeline/train.ts')
      const { rankerLines } = await import('./pipeline/ranker/lines.ts')
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
          ...(summary.cutShort
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

command('index', 'build a new index version and switch to it')
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
      const { runIndex } = await import('./pipeline/build-index.ts')
      const { openEncoder } = await import('./pipeline/encoder.ts')
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

command('serve', 'answer over HTTP')
  .option('--port <n>', 'TCP port, instead of PORT', parseInteger(0, 65_535))
  .action(
    job(async ({ config, openApp, signal }, options: { port?: number }) => {
      const app = await openApp({ ...config, ...(options.port !== undefined && { PORT: options.port }) })
      return serveHttp(app, signal)
    }),
  )

command('demo', 'make a demo city, train on it, and serve it with a map')
  .option('--port <n>', 'TCP port, instead of PORT', parseInteger(0, 65_535))
  .option('--seed <n>', 'seed of the city', parseInteger(0, 2 ** 31), 1)
  .option('--build-only', 'make and index the city, do not serve')
  .action(
    job(async (context, options: { port?: number; seed: number; buildOnly?: true }) => {
      const { config, openApp, progress, signal } = context
      const { runDemo } = await import('./pipeline/demo.ts')
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

command('export', 'write places, events or the log of recommendations to stdout')
  .addOption(new Option('--what <what>', 'what to write').choices([...EXPORTS]).default('events'))
  .addOption(new Option('--format <format>', 'NDJSON or CSV').choices(['ndjson', 'csv']).default('ndjson'))
  .action(
    job(async ({ openData, signal }, options: Pick<ExportOptions, 'what' | 'format'>) => {
      const { exported } = await import('./pipeline/export.ts')
      const { catalog } = await openData()
      await pipeline(exported({ ...options, catalog, signal }), process.stdout, { end: false })
      return undefined
    }),
  )

command(
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
      const { evaluateDataset } = await import('./pipeline/evaluate.ts')
      const { linesOf } = await import('./pipeline/evaluate/lines.ts')
      const { detectFormat } = await import('./pipeline/datasets/formats.ts')
      const { budget: budgetSeconds, ...rest } = options
      const format = options.format ?? (await detectFormat(folder))
      const task = options.task ?? (format === 'tours' ? 'tours' : 'ranking')
      const report = await evaluateDataset({ ...rest, task, format, folder, budgetSeconds, progress, signal })
      return { json: report, lines: linesOf(report) }
    }),
  )

command('doctor', 'check configuration, data, model and index, and say what to do').action(
  job(async ({ openApp, signal }) => {
    const { runDoctor } = await import('./pipeline/doctor.ts')
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

/** Duplicates of what an import brought, where it is asked for. */
async function matchImported(
  { match: mode, dryRun }: { readonly match?: 'merge' | 'review'; readonly dryRun?: true },
  {
    folder,
    languageModel: modelFor,
    ...job
  }: Pick<Data, 'catalog' | 'folder' | 'languageModel'> &
    Pick<Job, 'progress' | 'signal'> & { readonly since: number },
): Promise<MatchSummary | undefined> {
  if (mode === undefined || dryRun) return undefined
  const { runMatch } = await import('./pipeline/match/match.ts')
  const languageModel = modelFor('job')
  return runMatch({
    ...job,
    mode,
    reviewFile: folder.matches,
    ...(languageModel && { languageModel }),
  })
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

function command(nameAndArguments: string, description: string): Command {
  return program
    .command(nameAndArguments)
    .description(description)
    .option('--json', 'print one JSON object on stdout at the end')
    .exitOverride()
}

/** Wraps a command's work: configuration, progress, Ctrl-C, closing, output and exit code. */
function job<A extends unknown[]>(work: (context: Job, ...args: A) => Promise<Outcome | undefined>) {
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
            const { openData } = await import('./data.ts')
            return closedLater(await openData(config))
          },
          async openApp(changed = config) {
            const { openApp } = await import('./app.ts')
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

async function serveHttp(app: App, signal: AbortSignal): Promise<undefined> {
  const { serve } = await import('./serve.ts')
  return serve(app, signal)
}

/** In a folder that is removed afterwards: the task changes what it measures. */
async function evaluateDemoCity(
  { config, progress, signal }: Job,
  { seed }: EvaluateOptions,
): Promise<Outcome> {
  const { demoLines, evaluateDemo } = await import('./pipeline/evaluate/demo/demo-task.ts')
  const { openApp } = await import('./app.ts')
  const root = await mkdtemp(join(tmpdir(), 'dongne-evaluate-'))
  const own = {
    ...config,
    DONGNE_DATA_DIR: root,
    DONGNE_DATABASE_URL: '',
    DONGNE_ENGINE: 'embedded',
  } as const
  try {
    const report = await evaluateDemo({
      open: (now, tuning) => openApp(own, now, tuning),
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
  const { evaluateOffPolicy, offPolicyLines } = await import('./pipeline/evaluate/off-policy-task.ts')
  const report = await evaluateOffPolicy(source === 'catalog' ? (await openData()).catalog : source, seed)
  return { json: report, lines: offPolicyLines(report) }
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

async function rollback(index: App['index']): Promise<Outcome> {
  const { versions, active } = await index.versions()
  const previous = versions.findLast(({ version }) => version !== active)
  if (previous === undefined) throw new DongneError('no-index', 'There is no version before the active one.')
  await index.activate(previous.version)
  return { json: { version: previous.version }, lines: [`Switched back to ${previous.version}.`] }
}

function configured(model: KeptLanguageModel | undefined): KeptLanguageModel {
  if (model !== undefined) return model
  throw new DongneError('invalid-config', 'LLM_BASE_URL is empty: there is no language model.')
}

function parseLocales(text: string): readonly Locale[] {
  return text.split(',').map((word) => {
    const locale = (['ko', 'en'] as const).find((known) => known === word.trim())
    if (locale === undefined) throw new InvalidArgumentError(`"${word}" is none of ko, en.`)
    return locale
  })
}

function parseSeconds(text: string): number {
  const seconds = Number(text.replace(/s$/, ''))
  if (!(seconds > 0) || !Number.isFinite(seconds))
    throw new InvalidArgumentError('Give seconds above 0, as 60 or 60s.')
  return seconds
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

function parseInteger(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < min || number > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
    }
    return number
  }
}

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error)
}

function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE // commander has printed it
  if (error instanceof DongneError) {
    console.error(`${error.title} [${error.code}]: ${error.message}`)
    for (const { pointer, detail } of error.errors) console.error(`  ${pointer}: ${detail}`)
    console.error(error.remedy)
    if (error.code === 'invalid-config') return EXIT_USAGE
  } else if (error instanceof Error && error.name === 'AbortError') {
    console.error('Stopped; run the command again to go on.')
  } else {
    console.error(error)
  }
  return EXIT_FAILED
}
