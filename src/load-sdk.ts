// Vendors' client libraries, loaded when an engine is opened: who does not use the engine needs no library.
import { DongneError } from './errors.ts'

/** The result of `load`, an `import()` of the package `name`. Throws missing-package where it is not installed. */
export async function loadSdk<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new DongneError('missing-package', `The package ${name} is not installed.`, { cause })
  }
}
