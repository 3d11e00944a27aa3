import { ParamError, type Variable } from '@tendril/core/fn'
import type { Module } from './module.ts'

/**
 * When a module makes what it is made of: at its construction or first look (`onInit`), when its user says so
 * (`explicit`), or from the arguments of its first call (`onCall`).
 */
export type BuildMode = (typeof modes)[number]

const modes = ['onInit', 'explicit', 'onCall'] as const

/** @throws ParamError for another mode */
export function checkMode(className: string, mode: BuildMode): BuildMode {
  if (modes.includes(mode)) return mode
  const because = `it is one of '${modes.join("', '")}'`
  throw new ParamError({ op: className, param: 'buildMode', value: mode, because })
}

export interface BuildState {
  readonly mode: BuildMode
  stage: 'waiting' | 'running' | 'done'
  /** Which module it is, among what a traced function is given. */
  readonly identity: symbol
}

/** Every module, with how far it is built. Not a field: it is nothing that a trace has to see. */
export const builds = new WeakMap<object, BuildState>()

export const isModule = (value: unknown): value is Module => typeof value === 'function' && builds.has(value)

/** Variables that training does not change: running statistics. */
export const buffers = new WeakMap<Variable, BufferOptions>()

export interface BufferOptions {
  /** Whether a state dict may lack it. */
  readonly optional?: boolean
}
