import { existsSync } from 'node:fs'

/** Chromium as systems install it; none is downloaded. Undefined where there is none. */
export const chromium = [
  process.env['TENDRIL_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))
