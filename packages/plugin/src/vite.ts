import { tendril } from './index.ts'

/** The plugin for vite. */
const plugin: typeof tendril.vite = tendril.vite

export default plugin
