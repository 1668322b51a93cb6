// argv → one call a command, by the files of cli/: the program, the order of its commands, how failures are told.
// Leaves work to pipeline/ and http/; a command loads its own work only, so that it starts quickly and an import has the
// memory for itself. Exit codes: 0 done, 1 failed, 2 usage.
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addExport, addImport } from './cli/catalog.ts'
import { addEvaluate } from './cli/evaluate.ts'
import { EXIT_FAILED } from './cli/job.ts'
import { addDescribe, addJudge, addLabel } from './cli/language-model.ts'
import { addIndex, addTrain } from './cli/model.ts'
import { addDemo, addDoctor, addServe } from './cli/serving.ts'
import { addEmbed, addKeywords } from './cli/texts.ts'
import { DongneError } from './errors.ts'

const EXIT_USAGE = 2

/** In the order of the help. */
const COMMANDS = [
  addImport,
  addKeywords,
  addEmbed,
  addDescribe,
  addLabel,
  addJudge,
  addTrain,
  addIndex,
  addServe,
  addDemo,
  addExport,
  addEvaluate,
  addDoctor,
]

const program = new Command('dongne')
  .description('Self-hosted place recommendations under geographic filters, with reasons.')
  .version(
    (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
      .version,
  )
  .exitOverride()
  .showSuggestionAfterError()

for (const add of COMMANDS) add(program)

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
