import { tendril } from './index.ts'

/** The plugin for webpack. */
const plugin: typeof tendril.webpack = tendril.webpack

export default plugin
