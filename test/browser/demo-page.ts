// The demo and Chromium for the tests of one file: started before them, closed after, pages closed after each.
// Leaves opening and watching a page to browser.ts.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startDemo, type DemoServer } from '../demo-server.ts'
import { requireEngine } from '../require-engine.ts'
import { isChromiumAbsent, launchBrowser, openPage, WITHOUT_CHROMIUM, type WatchedPage } from './browser.ts'

export interface DemoPage {
  /** There once the tests run. */
  readonly server: DemoServer
  readonly browser: Browser
  /** Opens the map page and waits for its first answer. @param hash '#' included; '' opens it plain */
  open(hash?: string, options?: Parameters<typeof openPage>[2]): Promise<WatchedPage>
}

/** To be called once, at the top of a test file. Without Chromium its tests are skipped, and say so. */
export function useDemoPage(): DemoPage {
  let server: DemoServer
  let browser: Browser
  let watched: WatchedPage[] = []

  beforeAll(async () => {
    if (isChromiumAbsent) return
    ;[server, browser] = await Promise.all([startDemo(), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })
  beforeEach((context) => {
    requireEngine(context, !isChromiumAbsent, WITHOUT_CHROMIUM)
  })
  afterEach(async () => {
    for (const { page } of watched) await page.context().close()
    watched = []
  })

  return {
    get server() {
      return server
    },
    get browser() {
      return browser
    },
    async open(hash = '', options = {}) {
      const opened = await openPage(browser, `${server.url}/${hash}`, options)
      watched.push(opened)
      return opened
    },
  }
}
