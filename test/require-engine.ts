// What a test does where the engine that it needs is not installed: it is skipped and says why, or fails where engines are
// required (CI). Leaves finding engines to those who start them.
import type { TestContext } from 'vitest'

/** Call it before each test. @param reason what is absent, and how to get it. */
export function requireEngine(context: TestContext, isInstalled: boolean, reason: string): void {
  if (!isInstalled && process.env['DONGNE_TEST_REQUIRE_ENGINES'] === '1') {
    throw new Error(`${reason}, and DONGNE_TEST_REQUIRE_ENGINES is set`)
  }
  context.skip(!isInstalled, reason)
}
