// Commands that ask the language model about places: describe, label, judge.
// Leaves the work to the jobs of the same names in pipeline/.
import { InvalidArgumentError, type Command } from 'commander'
import type { Locale } from '../domain/names.ts'
import { DongneError } from '../errors.ts'
import type { KeptLanguageModel } from '../text/language-model.ts'
import { command, job } from './job.ts'
import { parseInteger } from './option-values.ts'

interface DescribeFlags {
  readonly locale: readonly Locale[]
  readonly limit?: number
  readonly dryRun?: true
}

export function addDescribe(program: Command): void {
  command(program, 'describe', 'let the language model describe places, from their facts and reviews')
    .option('--locale <locales>', 'languages, by commas: ko, en', parseLocales, ['ko', 'en'])
    .option('--limit <n>', 'places at most', parseInteger(1, Number.MAX_SAFE_INTEGER))
    .option('--dry-run', 'say what would be written, in how many requests and at what cost; ask nobody')
    .action(
      job(async ({ config, openData, progress, signal }, options: DescribeFlags) => {
        const { describePlanText, planDescribe, runDescribe } = await import('../pipeline/describe.ts')
        const { catalog, languageModel } = await openData()
        const { LLM_INPUT_PRICE: input, LLM_OUTPUT_PRICE: output } = config
        const work = {
          catalog,
          model: configured(languageModel('job')),
          locales: options.locale,
          ...(options.limit !== undefined && { limit: options.limit }),
          prices: { ...(input !== undefined && { input }), ...(output !== undefined && { output }) },
          progress,
          signal,
        }
        const plan = await planDescribe(work)
        if (options.dryRun) {
          return {
            json: { dryRun: true, ...plan },
            lines: [`${describePlanText(plan)} (${plan.cached} cached).`],
          }
        }
        console.error(`${describePlanText(plan)}.`)
        const summary = await runDescribe(work)
        return {
          json: summary,
          lines: [
            `${summary.descriptions} descriptions: ${summary.byModel} by ${summary.model}, ${summary.byTemplate} by template ` +
              `(${summary.requests} requests, ${summary.tokens} tokens, ` +
              `${summary.cost === undefined ? '' : `cost ${summary.cost.toFixed(4)}, `}${summary.seconds.toFixed(1)} s).`,
            ...summary.problems.map(({ problem, times }) => `  not used ${times} times: ${problem}`),
          ],
        }
      }),
    )
}

export function addLabel(program: Command): void {
  command(
    program,
    'label <questions>',
    'let the language model choose labels for places from the sets of a JSON file',
  )
    .option('--out <file>', 'NDJSON of places with their labels', 'labels.ndjson')
    .option('--limit <n>', 'places at most', parseInteger(1, Number.MAX_SAFE_INTEGER))
    .action(
      job(
        async (
          { openData, progress, signal },
          questionsFile: string,
          options: { out: string; limit?: number },
        ) => {
          const { runLabel } = await import('../pipeline/label.ts')
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
}

export function addJudge(program: Command): void {
  command(
    program,
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
          const { runJudge } = await import('../pipeline/judge.ts')
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
