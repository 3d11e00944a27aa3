import { closest } from '../bind.ts'
import { ParamError } from '../errors.ts'

/**
 * Checks that options are one object that names no unknown option, because a misspelt one would do nothing.
 *
 * @throws ParamError naming the nearest known one
 */
export function checkOptionNames(op: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const because = `options are one object: { ${known.join(', ')} }`
    throw new ParamError({ op, param: 'options', value: options, because })
  }
  for (const [param, value] of Object.entries(options)) {
    if (known.includes(param)) continue
    const close = closest(param, known)
    const instead = close === undefined ? `Options are ${known.join(', ')}` : `Did you mean '${close}'?`
    throw new ParamError({ op, param, value, because: 'there is no such option', instead })
  }
}

/** @throws ParamError when a callback is not a function */
export function checkFunction(op: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new ParamError({ op, param: 'fn', value, because: 'it takes a function' })
}
