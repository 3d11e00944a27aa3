import { createUnplugin, type UnpluginInstance } from 'unplugin'
import { isSource, transform } from './transform.ts'

export { transform, type Transformed } from './transform.ts'

/**
 * The plugin for any bundler that unplugin knows; `@tendril/plugin/vite` and its like have it for one.
 *
 * It runs before TypeScript is stripped, and leaves files without the mark `'use trace'` as they are.
 */
export const tendril: UnpluginInstance<undefined> = /* @__PURE__ */ createUnplugin(() => ({
  name: 'tendril',
  enforce: 'pre',
  transform: {
    filter: { id: /\.[cm]?[jt]sx?(\?.*)?$/, code: /use trace/ },
    handler: (code: string, id: string) => (isSource(id) ? transform(code, id) : undefined),
  },
}))
