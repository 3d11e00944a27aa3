/**
 * The kinds of parameters. Each is called with its default, or with nothing when it is required. They are several modules,
 * as bundlers hold at once what a late part asks of a module that an app loads at once.
 */
import { type DType, isDType } from './dtype.ts'
import { factory } from './param-kind.ts'
export * from './axis-order-params.ts'
export * from './axis-params.ts'
export * from './number-params.ts'
export * from './other-params.ts'
export * from './size-params.ts'
export * from './window-params.ts'

export const bool = /* @__PURE__ */ factory<boolean, boolean>({
  takes: 'a boolean',
  accept: (v) => (typeof v === 'boolean' ? v : undefined),
})

export const dtype = /* @__PURE__ */ factory<DType, DType>({
  takes: 'the name of a dtype',
  nullable: true,
  accept: (v) => (isDType(v) ? v : undefined),
})

/** Where the result goes: a loaded device. */
export const device = /* @__PURE__ */ factory<string, string>({
  aside: 'device',
  takes: 'the name of a device',
  accept: (v) => (typeof v === 'string' ? v : undefined),
})

/** A wish that the standard names and that is met anyway: arrays never change, sorting keeps the order of equals. */
export const granted = /* @__PURE__ */ factory<boolean, boolean>({
  aside: 'void',
  takes: 'a boolean',
  accept: (v) => (typeof v === 'boolean' ? v : undefined),
})
