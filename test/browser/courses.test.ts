// Themes and courses on the map page, in Chromium, on the real demo.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startDemo, type DemoServer } from '../demo-server.ts'
import { requireEngine } from '../require-engine.ts'
import {
  answered,
  cardIds,
  isChromiumAbsent,
  launchBrowser,
  markerIds,
  openPage,
  WITHOUT_CHROMIUM,
  type WatchedPage,
} from './browser.ts'

let server: DemoServer
let browser: Browser
let watched: WatchedPage | undefined

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
  await watched?.page.context().close()
  watched = undefined
})

async function open(hash: string): Promise<WatchedPage> {
  return (watched = await openPage(browser, `${server.url}/#${hash}`))
}

/** Where the demo city has places of every kind close together. */
const AROUND = 'around=126.9495,36.38,900'

describe('themes on the map page', () => {
  it('are shelves with titles, numbered through, and open to all of their places', async () => {
    const { page, problems } = await open(`mode=themes&lang=ko&${AROUND}`)
    expect(await page.locator('.shelf').count()).toBeGreaterThan(2)
    const ids = await cardIds(page)
    expect(new Set(ids).size).toBe(ids.length)
    expect(await markerIds(page)).toEqual(ids)
    const more = page.locator('.shelf button').first()
    const id = (await more.getAttribute('data-theme'))!
    const title = await page.locator('.shelf h3').first().textContent()
    await answered(page, `themes/${encodeURIComponent(id)}`, () => more.click())
    expect(await page.locator('#summary-title').textContent()).toBe(title)
    expect(await page.locator('.shelf').count()).toBe(0)
    await answered(page, 'themes', () => page.goBack())
    expect(await cardIds(page)).toEqual(ids)
    expect(problems).toEqual([])
  })
})

describe('courses on the map page', () => {
  it('show their stops in order with times, and another course at a press', async () => {
    const { page, problems } = await open(`mode=courses&lang=en&${AROUND}`)
    const stops = await cardIds(page)
    expect(stops.length).toBeGreaterThan(0)
    expect(await markerIds(page)).toEqual(stops)
    const clocks = await page.locator('.stop-clock').allTextContents()
    expect(clocks).toHaveLength(stops.length)
    for (const clock of clocks) expect(clock).toMatch(/^\d\d:\d\d–\d\d:\d\d$/)
    const names = await page.locator('.card-open').allTextContents()
    for (const name of names) expect(await page.locator('.course-words').textContent()).toContain(name)
    const second = page.locator('#course-1')
    if ((await second.count()) > 0) {
      await second.click()
      expect(await second.getAttribute('aria-pressed')).toBe('true')
      const others = await cardIds(page)
      expect(others.filter((id) => stops.includes(id))).toEqual([])
      expect(await markerIds(page)).toEqual(others)
    }
    expect(problems).toEqual([])
  })

  it('have one stop replaced, and the rest kept', async () => {
    const { page } = await open(`mode=courses&lang=ko&${AROUND}`)
    const before = await cardIds(page)
    const at = before.length - 1
    await answered(page, 'courses', () => page.locator('[data-action="replace"]').nth(at).click())
    const after = await cardIds(page)
    expect(after.slice(0, at)).toEqual(before.slice(0, at))
    const toast = page.locator('#toast')
    if (await toast.isVisible()) expect(after).toEqual(before)
    else expect(after[at]).not.toBe(before[at])
  })
})
