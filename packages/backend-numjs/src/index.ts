import { type AnyBackend, dtypes, lateBackend } from '@tendril/core/adapter'

export interface NumjsOptions {
  /** Copies of numjs that functions to trace are written with, where they are not found as modules of Node. */
  readonly copies?: readonly object[]
}

const named: object[] = []

const backend = /* @__PURE__ */ lateBackend('numjs', /* @__PURE__ */ new Set(dtypes), () =>
  import('./adapter.ts').then(({ adapterWith }) => adapterWith(named)),
)

/**
 * The engine of generated JavaScript: a graph becomes one function of fused loops over typed arrays.
 *
 * Where code from text is forbidden, the same graphs run op by op, slowly.
 *
 * @example registerBackend(numjs())
 */
export function numjs({ copies = [] }: NumjsOptions = {}): AnyBackend {
  named.push(...copies)
  return backend
}

export default numjs
