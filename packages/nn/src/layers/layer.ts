import { markLibrary } from '../error-lines.ts'
import { Module, type ModuleOptions } from '../module.ts'

/** A module of this library. */
export abstract class Layer extends Module {
  constructor(options?: ModuleOptions) {
    super(options)
    markLibrary(this)
  }
}
