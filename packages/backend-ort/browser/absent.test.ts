import { expect, test } from 'vitest'
import { chromium } from '../../backend-tfjs/browser/chromium.ts'

// Stands for the tests in a page where they cannot run.
test.skipIf(chromium === undefined)(
  'tests in a page, as there is no Chromium: install it, or name it by TENDRIL_CHROMIUM',
  () => {
    expect(chromium).toBeDefined()
  },
)
