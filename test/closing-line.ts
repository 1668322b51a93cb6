// A Vitest reporter: prints why each test was skipped, then the line "N passed, N failed, N skipped".
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const skips: string[] = []
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed++
      for (const test of module.children.allTests()) count(test, counts, skips)
    }
    for (const skip of skips) console.log(`skipped: ${skip}`)
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }
}

function count(
  test: TestCase,
  counts: { passed: number; failed: number; skipped: number },
  skips: string[],
): void {
  const result = test.result()
  if (result.state === 'passed') counts.passed++
  else if (result.state === 'failed') counts.failed++
  else {
    counts.skipped++
    const note = result.state === 'skipped' ? result.note : undefined
    skips.push(`${test.fullName}: ${note ?? 'no reason given'}`)
  }
}
