import { existsSync } from 'node:fs'

const { TENDRIL_CHROMIUM: named } = process.env
const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Chromium as systems install it, or as TENDRIL_CHROMIUM names it; none is downloaded. Undefined where there is none. */
export const chromium = (named ? [named] : usual).find((path) => existsSync(path))
