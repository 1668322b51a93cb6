import { expect, it } from 'vitest'
import { loadSdk } from '../src/load-sdk.ts'

it('names the package of a vendor that is not installed', async () => {
  const name = '@vendor/absent-client'
  await expect(loadSdk(name, () => import(name))).rejects.toMatchObject({
    code: 'missing-package',
    message: expect.stringContaining(name),
  })
})
