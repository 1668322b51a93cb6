import type { Progress } from '../src/pipeline/progress.ts'

/** For jobs whose progress a test does not read. */
export const SILENT: Progress = { start() {}, update() {}, stop() {} }
