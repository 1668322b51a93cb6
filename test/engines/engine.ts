// The engines that the global setup started: their tests run, or say why they are skipped.
// With DONGNE_TEST_REQUIRE_ENGINES=1 (as in .ci/run) an absent engine is a failure.
import { describe, inject, it } from 'vitest'

/** Declares tests of an engine. */
export function withEngine(name: 'opensearchUrl' | 'milvusAddress', tests: (at: string) => void): void {
  const engine = inject(name)
  if ('at' in engine) tests(engine.at)
  else if (process.env['DONGNE_TEST_REQUIRE_ENGINES'] === '1') {
    it('has its engine', () => {
      throw new Error(engine.absent)
    })
  } else describe(name, () => it('needs its engine', (context) => context.skip(true, engine.absent)))
}

let prefixes = 0

/** A prefix of names that no other test uses. */
export function freshPrefix(): string {
  return `t${process.pid}x${Date.now().toString(36)}x${prefixes++}`
}
