import { tendril } from './index.ts'

/** The plugin for rollup. */
const plugin: typeof tendril.rollup = tendril.rollup

export default plugin
