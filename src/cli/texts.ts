// Commands that work on the texts of places: keywords, embed.
// Leaves the work to the jobs of the same names in pipeline/.
import type { Command } from 'commander'
import { command, job } from './job.ts'

export function addKeywords(program: Command): void {
  command(
    program,
    'keywords',
    'find what the texts of each place say, with quotes, and over all places',
  ).action(
    job(async ({ openData, progress, signal }) => {
      const { runKeywords } = await import('../pipeline/keywords.ts')
      const { openTextModel } = await import('../pipeline/embed.ts')
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
}

export function addEmbed(program: Command): void {
  command(program, 'embed', 'make text vectors of all places; only changed texts are embedded again')
    .option('--refit', 'learn anew what is learnt of the texts as a whole')
    .option('--dry-run', 'say what would be embedded, in how many requests and at what cost; ask nobody')
    .action(
      job(async ({ openData, progress, signal }, options: { refit?: true; dryRun?: true }) => {
        const { planEmbed, planText, runEmbed } = await import('../pipeline/embed.ts')
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
}
