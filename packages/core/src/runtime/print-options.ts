import { ParamError, locate } from '../errors.ts'
import { checkOptionNames } from './named-options.ts'

/** How arrays are printed. */
export interface PrintOptionsOfArrays {
  /** Digits after the point that are shown at most; fewer where they tell the number. */
  readonly precision: number
  /** Arrays of more elements are shown by their edges. */
  readonly threshold: number
  /** How many rows, columns, … are shown of each edge. */
  readonly edgeItems: number
  /** Rows are broken where they are longer. */
  readonly lineWidth: number
}

const names: readonly (keyof PrintOptionsOfArrays)[] = ['precision', 'threshold', 'edgeItems', 'lineWidth']
const most: Readonly<Partial<Record<keyof PrintOptionsOfArrays, number>>> = { precision: 17 }

let current: PrintOptionsOfArrays = { precision: 8, threshold: 1000, edgeItems: 3, lineWidth: 75 }

/** How arrays are printed now. */
export const printOptions = (): PrintOptionsOfArrays => current

/**
 * Sets how arrays are printed from now on; what is left out stays.
 *
 * Gives the options as they were, so that `setPrintOptions(before)` puts them back.
 *
 * @throws ParamError for an unknown option, or one that is not a whole number from 0 on
 * @source numpy, `set_printoptions`
 * @example String(array([1, 2])), setPrintOptions({ precision: 4 }).precision   // 8
 */
export function setPrintOptions(options: Partial<PrintOptionsOfArrays>): PrintOptionsOfArrays {
  try {
    checkOptionNames('setPrintOptions', options, names)
    const before = current
    const given = Object.entries(options).filter(([, value]) => value !== undefined)
    for (const [param, value] of given) checkCount(param as keyof PrintOptionsOfArrays, value)
    current = { ...before, ...(Object.fromEntries(given) as Partial<PrintOptionsOfArrays>) }
    return before
  } catch (error) {
    throw locate(error, setPrintOptions)
  }
}

function checkCount(param: keyof PrintOptionsOfArrays, value: unknown): void {
  const isCount = value === Infinity || (Number.isInteger(value) && (value as number) >= 0)
  if (isCount && (value as number) <= (most[param] ?? Infinity)) return
  const because = `it takes a whole number from 0 ${most[param] === undefined ? 'on' : `to ${most[param]}`}`
  throw new ParamError({ op: 'setPrintOptions', param, value, because })
}
