// Commands that bring data into the catalog and out of it: import, export.
// Leaves reading to pipeline/import.ts, finding duplicates to pipeline/match/, rows to pipeline/export.ts.
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { Option, type Command } from 'commander'
import type { Data } from '../data.ts'
import { IMPORT_FORMATS } from '../import/presets.ts'
import { EXPORTS, type ExportOptions } from '../pipeline/export.ts'
import type { MatchSummary } from '../pipeline/match/match.ts'
import { command, job, type Job } from './job.ts'

export function addImport(program: Command): void {
  command(program, 'import <file...>', 'read places, events, regions or spots into the catalog')
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
          const { runImport } = await import('../pipeline/import.ts')
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
                ? [
                    'Every row was rejected: the columns or the format may be others than they were taken for.',
                  ]
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
}

export function addExport(program: Command): void {
  command(program, 'export', 'write places, events or the log of recommendations to stdout')
    .addOption(new Option('--what <what>', 'what to write').choices([...EXPORTS]).default('events'))
    .addOption(new Option('--format <format>', 'NDJSON or CSV').choices(['ndjson', 'csv']).default('ndjson'))
    .action(
      job(async ({ openData, signal }, options: Pick<ExportOptions, 'what' | 'format'>) => {
        const { exported } = await import('../pipeline/export.ts')
        const { catalog } = await openData()
        await pipeline(exported({ ...options, catalog, signal }), process.stdout, { end: false })
        return undefined
      }),
    )
}

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
  const { runMatch } = await import('../pipeline/match/match.ts')
  const languageModel = modelFor('job')
  return runMatch({
    ...job,
    mode,
    reviewFile: folder.matches,
    ...(languageModel && { languageModel }),
  })
}
