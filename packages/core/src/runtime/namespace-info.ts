import { locate } from '../errors.ts'
import { type DTypeKind, isdtype } from '../ops/dtype-functions.ts'
import type { Caller } from '../source.ts'
import { type DType, heldWithPairs } from '../types/dtype.ts'
import { mostAxes } from './array.ts'
import type { Engine } from './engine.ts'
import { allEngines, engineOn } from './engines.ts'
import { checkOptionNames } from './named-options.ts'
import { currentBackendEntry } from './set-backend.ts'

/** What is asked of a device; by default of the current one. */
export interface OfDevice {
  readonly device?: string | null
}

export interface OfKind extends OfDevice {
  /** Of which kind, as `isdtype` takes it; null for all. */
  readonly kind?: DType | DTypeKind | readonly (DType | DTypeKind)[] | null
}

/** What `arrayNamespaceInfo` tells, by the standard's names. */
export interface NamespaceInfo {
  /** What the namespace can do. */
  capabilities(): {
    readonly 'boolean indexing': boolean
    readonly 'data-dependent shapes': boolean
    readonly 'max dimensions': number
  }
  /** The device of new arrays. */
  defaultDevice(): string
  /** The dtypes that arrays have where none is given. */
  defaultDtypes(options?: OfDevice): {
    readonly 'real floating': DType
    readonly 'complex floating': DType
    readonly integral: DType
    readonly indexing: DType
  }
  /** Every device that is loaded, as `device` takes it. */
  devices(): string[]
  /** The dtypes that a device holds, by name. */
  dtypes(options?: OfKind): Partial<Record<DType, DType>>
}

function engineFor(op: string, { device }: OfDevice, below: Caller): Engine {
  const current = currentBackendEntry().engine
  try {
    return device === undefined || device === null ? current : engineOn(device, current, op)
  } catch (error) {
    throw locate(error, below)
  }
}

const info: NamespaceInfo = Object.freeze({
  capabilities: () => ({
    'boolean indexing': true,
    'data-dependent shapes': true,
    'max dimensions': mostAxes,
  }),
  defaultDevice: () => currentBackendEntry().engine.device,
  defaultDtypes: (options: OfDevice = {}) => {
    checkOptionNames('defaultDtypes', options, ['device'])
    engineFor('defaultDtypes', options, info.defaultDtypes)
    return {
      'real floating': 'float32',
      'complex floating': 'complex64',
      integral: 'int32',
      indexing: 'int32',
    }
  },
  devices: () => {
    const current = currentBackendEntry().engine
    return [...allEngines()].map(({ key, device, backend }) => (backend === current.backend ? device : key))
  },
  dtypes: (options: OfKind = {}) => {
    checkOptionNames('dtypes', options, ['device', 'kind'])
    const { backend } = engineFor('dtypes', options, info.dtypes)
    const { kind } = options
    const held = [...heldWithPairs(backend.dtypes)]
    const wanted = kind === undefined || kind === null ? held : held.filter((dtype) => isdtype(dtype, kind))
    return Object.fromEntries(wanted.map((dtype) => [dtype, dtype]))
  },
} satisfies NamespaceInfo)

/**
 * What the library can do, and which devices and dtypes there are, by functions of the standard's names.
 *
 * `capabilities()`, `defaultDevice()`, `defaultDtypes({ device })`, `devices()` and `dtypes({ device, kind })`; they tell of
 * the current backend.
 *
 * @source array API standard, `__array_namespace_info__`
 * @example arrayNamespaceInfo().defaultDtypes().integral   // 'int32'
 */
export const arrayNamespaceInfo = (): NamespaceInfo => info
