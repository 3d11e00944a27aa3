import { tendril } from './index.ts'

/** The plugin for esbuild. */
const plugin: typeof tendril.esbuild = tendril.esbuild

export default plugin
