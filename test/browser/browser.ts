// Debian's Chromium without a window, and pages that remember what went wrong and whom they asked.
// Leaves what a page should do to the tests.
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'

export const isChromiumAbsent = !existsSync(CHROMIUM)
export const WITHOUT_CHROMIUM = `${CHROMIUM} is absent (apt-get install chromium)`

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader', // WebGL without a graphics card
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  readonly page: Page
  /** Errors and warnings of the console, uncaught errors, failed requests. */
  readonly problems: readonly string[]
  /** Every URL that was asked for. */
  readonly requested: readonly string[]
}

/** Opens the map page and waits for its first answer. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  const requested: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // The page itself breaks off requests that it no longer needs: tiles out of sight, older questions.
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()} ${reason}`)
  })
  page.on('request', (request) => requested.push(request.url()))
  await page.goto(url)
  await settled(page)
  return { page, problems, requested }
}

/** Waits until the page has an answer, or says why it has none, and asks nothing more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      !document.body.classList.contains('is-busy') &&
      document.querySelector('.card[data-id], #notices .notice') !== null &&
      document.querySelector('.skeleton') === null,
  )
}

/** Runs `action` and waits for the answer to what it asks of this call. */
export async function answered(page: Page, call: string, action: () => Promise<unknown>): Promise<void> {
  await Promise.all([
    page.waitForResponse((response) => new URL(response.url()).pathname === `/v1/${call}`),
    action(),
  ])
  await settled(page)
}

/** The ids of the cards, in order. */
export const cardIds = (page: Page): Promise<string[]> =>
  page.locator('.card').evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset['id'] ?? ''))

/** The place ids of the markers, in the order of their numbers. */
export const markerIds = (page: Page): Promise<string[]> =>
  page.locator('.marker').evaluateAll((markers) =>
    markers
      .map((marker) => ({ id: (marker as HTMLElement).dataset['id'] ?? '', n: Number(marker.textContent) }))
      .sort((a, b) => a.n - b.n)
      .map(({ id }) => id),
  )

/** Resolves when the map stands still. */
export async function mapAtRest(page: Page): Promise<void> {
  let before = ''
  for (;;) {
    const now = await page
      .locator('.maplibregl-marker')
      .evaluateAll((markers) => markers.map((marker) => (marker as HTMLElement).style.transform).join())
    if (now === before) return
    before = now
    await page.waitForTimeout(250)
  }
}
