import { existsSync } from 'node:fs'
import * as td from '@tendril/core'
import * as nn from '@tendril/nn'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

/** Chromium as systems install it; none is downloaded. */
const executablePath = [
  process.env['TENDRIL_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

class Layer extends nn.Module {
  readonly first = new nn.Linear(4, 4)
  readonly second = new nn.Linear(4, 4)

  forward(x: td.NDArray): td.NDArray {
    return td.add(x, this.second(td.relu(this.first(x))))
  }
}
class Model extends nn.Module {
  readonly layers = [new Layer(), new Layer()]

  forward(tokens: td.NDArray): td.NDArray {
    return td.softmax(this.layers.reduce((x, layer) => layer(x), tokens))
  }
}

const page = (fn: unknown, x: unknown = td.ones([2, 4])): Promise<string> => {
  const traced = td.traceGraph(fn as () => td.NDArray, { args: [x] as never })
  const graph = 'isGraph' in traced ? traced : (traced as nn.Module).forward
  return (graph as unknown as td.Graph).show({ format: 'html' })
}

describe.skipIf(executablePath === undefined)('the page (skipped where there is no Chromium)', () => {
  let browser: Browser
  const opened: { readonly page: Page; readonly wrong: string[] }[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())
  afterEach(async () => {
    for (const { page: one, wrong } of opened.splice(0)) {
      await one.close()
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
    }
  })

  /** Opens a page; whatever it asks of the network, each error and each dialog makes the test fail. */
  async function open(
    html: string,
    options: { readonly colorScheme?: 'dark' | 'light' } = {},
  ): Promise<Page> {
    const one = await browser.newPage({ viewport: { width: 1000, height: 700 }, ...options })
    const wrong: string[] = []
    opened.push({ page: one, wrong })
    one.on('pageerror', (error) => wrong.push(String(error)))
    one.on('console', (message) => wrong.push(message.text()))
    one.on('request', (request) => wrong.push(request.url()))
    one.on('dialog', (dialog) => {
      wrong.push(dialog.message())
      void dialog.dismiss()
    })
    await one.setContent(html)
    return one
  }
  const panel = (one: Page): Promise<string> => one.locator('#panel').innerText()
  const box = async (one: Page): Promise<number[]> =>
    (await one.locator('#view > svg').getAttribute('viewBox'))!.split(' ').map(Number)

  test('tells of the card that is clicked, leads to its neighbours, and closes', async () => {
    const one = await open(await page(new Model()))
    expect(await one.title()).toBe('Model on reference:cpu')
    expect(await one.locator('#panel').isVisible()).toBe(false)
    await one.locator('.card', { hasText: 'relu' }).first().click()
    const text = await panel(one)
    expect(text).toMatch(/^relu|\nrelu\n/)
    expect(text).toMatch(/part\s+layers\[0\]/)
    expect(text).toMatch(/In\s+float32\[2,4\]\s+from linear/)
    expect(text).toMatch(/Out\s+float32\[2,4\]\s+to linear/)
    await one.locator('.link', { hasText: 'to linear' }).click()
    expect(await panel(one)).toMatch(/weight \(variable\): float32\[4,4\]/)
    await one.keyboard.press('Escape')
    expect(await one.locator('#panel').isVisible()).toBe(false)
  })

  test('tells of a frame by its title, and of all by the outline', async () => {
    const one = await open(await page(new Model()))
    await one.locator('.frame-title', { hasText: 'layers[0]' }).click()
    expect(await panel(one)).toMatch(/layers\[0\]\s+Layer\s+Holds\s+linear\s+2\s+relu\s+1\s+add\s+1/)
    expect(await one.locator('.card.near').count()).toBe(7)
    await one.locator('#parts').click()
    expect(await one.locator('.entry').allInnerTexts()).toEqual(['layers[0]Layer', 'layers[1]Layer'])
    await one.locator('.entry').nth(1).click()
    expect(await panel(one)).toMatch(/layers\[1\]/)
    const at = (await one.locator('.frame').nth(1).boundingBox())!
    expect(at.x).toBeGreaterThanOrEqual(0)
    expect(at.y).toBeGreaterThanOrEqual(0)
  })

  test('has no outline where there are no parts', async () => {
    const one = await open(await page((x: td.NDArray) => td.exp(x)))
    expect(await one.locator('#parts').isVisible()).toBe(false)
  })

  test('pans by dragging, without a click, and zooms about the pointer', async () => {
    const one = await open(await page(new Model()))
    const before = await box(one)
    const card = (await one.locator('.card', { hasText: 'softmax' }).boundingBox())!
    await one.mouse.move(300, 300)
    await one.mouse.down()
    await one.mouse.move(340, 220, { steps: 4 })
    await one.mouse.up()
    const moved = (await one.locator('.card', { hasText: 'softmax' }).boundingBox())!
    expect(moved.x - card.x).toBeCloseTo(40, 0)
    expect(moved.y - card.y).toBeCloseTo(-80, 0)
    expect(await one.locator('#panel').isVisible()).toBe(false)
    const under = (): Promise<number[]> =>
      box(one).then(([x, y, width, height]) => [x! + (300 / 1000) * width!, y! + (300 / 700) * height!])
    await one.mouse.move(300, 300)
    const point = await under()
    await one.mouse.wheel(0, -400)
    await one.waitForFunction(
      (width) =>
        Number(document.querySelector('#view > svg')!.getAttribute('viewBox')!.split(' ')[2]) < width,
      before[2]!,
    )
    const after = await under()
    after.forEach((value, i) => expect(value).toBeCloseTo(point[i]!, 1))
    await one.keyboard.press('f')
    expect(await box(one)).toEqual(before)
  })

  test('finds cards by op, part, type and parameter, one after the other', async () => {
    const one = await open(await page(new Model()))
    await one.keyboard.press('/')
    await one.keyboard.type('linear')
    expect(await one.locator('#found').innerText()).toMatch(/^4 of \d+$/)
    await one.keyboard.press('Enter')
    expect(await panel(one)).toMatch(/layers\[0\]\.first/)
    await one.keyboard.press('Enter')
    expect(await panel(one)).toMatch(/layers\[0\]\.second/)
    await one.locator('#search').fill('layers[1].first')
    expect(await one.locator('#found').innerText()).toMatch(/^1 of /)
  })

  test.each([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(15, 20, 26)'],
  ] as const)('follows the %s scheme of the reader', async (colorScheme, paper) => {
    const one = await open(await page(new Model()), { colorScheme })
    expect(await one.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(paper)
  })

  test('shows names that mean harm as they are, and runs none of them', async () => {
    const nasty = `"><script>alert(1)</script><img src=x onerror=alert(2)>]]></style>`
    const fn = (given: Record<string, td.NDArray>): unknown => ({ [nasty]: td.exp(given[nasty]!) })
    Object.defineProperty(fn, 'name', { value: nasty })
    const one = await open(await page(fn, { [nasty]: td.ones([2]) }))
    expect(await one.title()).toBe(`${nasty} on reference:cpu`)
    await one.locator('.card.input').click()
    expect(await one.locator('#panel h2').innerText()).toBe(nasty)
    expect(await one.locator('img').count()).toBe(0)
  })
})
