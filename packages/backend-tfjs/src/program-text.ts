import {
  type ConcreteType,
  type ConstantArray,
  type DType,
  JsEmitter,
  type NodeInfo,
  type Op,
  type Params,
  type ParamValue,
  type Scalar,
} from '@tendril/core/adapter'
import type { Info } from './value.ts'

/** Attributes of a kernel: their texts in the program. */
export type Attrs = Readonly<Record<string, string>>

/** Operands of a kernel by their names there, or a list of them. */
export type Inputs = Readonly<Record<string, Info>> | readonly Info[]

/** Different ops with one name do not share a program. */
const opIds = new WeakMap<Op, number>()
let nextOpId = 0
function opId(op: Op): number {
  const id = opIds.get(op) ?? nextOpId++
  opIds.set(op, id)
  return id
}

/** Ends a function inside, with what it gives; gives its name, and whether it has to be waited for. */
export type Close = (
  results: readonly string[],
  shown: readonly string[],
) => { readonly name: string; readonly waits: boolean }

/** The text of a program: what runs when it is bound, what runs in each call, and how tfjs' users would write it. */
export class ProgramText {
  readonly js = new JsEmitter()
  readonly ops: Op[] = []
  readonly #setup: string[] = []
  #body: string[] = []
  #readable: string[] = []
  readonly #bound = new Map<string, string>()
  readonly #inputs: string[] = []
  readonly #parameters: string[] = []
  /** Whether a step waits for elements. */
  waits = false

  input(type: ConcreteType): string {
    const name = `x${this.#inputs.length}`
    this.#inputs.push(name)
    this.#parameters.push(`${name}: tf.Tensor /* ${type.dtype}[${type.shape}] */`)
    return name
  }

  constant(array: ConstantArray): string {
    const expression = `C[${this.js.constantIndex(array)}]`
    const isNew = !this.#bound.has(expression)
    const name = this.bind(expression, 'c')
    const { dtype, shape } = array.type
    if (isNew) this.#parameters.push(`${name}: tf.Tensor /* constant ${dtype}[${shape}] */`)
    return name
  }

  /** Binds an expression when the program is bound; the same one once. */
  bind(expression: string, prefix: string): string {
    const known = this.#bound.get(expression)
    if (known !== undefined) return known
    const name = this.js.fresh(prefix)
    this.#setup.push(`const ${name} = ${expression}`)
    this.#bound.set(expression, name)
    return name
  }

  /** An array of one number, which lives as long as the bound program. */
  scalar(text: string, value: Scalar, dtype: DType): string {
    const name = this.bind(`T.scalar(${text}, '${dtype}')`, 'c')
    this.write(`const ${name} = tf.scalar(${shown(value)}, '${dtype}')`)
    return name
  }

  /** A kernel's call. */
  kernelCall(name: string, inputs: Inputs, attrs: Attrs): string {
    const operands = Array.isArray(inputs)
      ? `[${inputs.join(', ')}]`
      : `{ ${Object.entries(inputs)
          .map(([key, info]) => `${key}: ${String(info)}`)
          .join(', ')} }`
    const texts = Object.entries(attrs).map(([key, text]) => `${key}: ${text}`)
    const attrsName = texts.length === 0 ? 'undefined' : this.bind(`{ ${texts.join(', ')} }`, 'a')
    const kernel = this.bind(`T.kernel('${name}')`, 'k')
    return `${kernel}({ inputs: ${operands}, attrs: ${attrsName}, backend: T.backend })`
  }

  /** Begins a function inside, whose steps are written until `close`; gives the names of its parameters. */
  open(inputs: readonly ConcreteType[]): { readonly names: readonly string[]; readonly close: Close } {
    const around = { body: this.#body, readable: this.#readable, waits: this.waits }
    const names = inputs.map(() => this.js.fresh('x'))
    this.#body = []
    this.#readable = []
    this.waits = false
    const close: Close = (results, shownResults) => {
      const [body, readable, waits] = [this.#body, this.#readable, this.waits]
      this.#body = around.body
      this.#readable = around.readable
      this.waits = around.waits
      const name = this.js.fresh('f')
      const inner = body.map((line) => `  ${line}`)
      const head = `const ${name} = ${waits ? 'async ' : ''}(${names.join(', ')}) => {`
      this.#setup.push(head, ...inner, `  return [${results.join(', ')}]`, '}')
      const parameters = names.map(
        (one, i) => `${one}: tf.Tensor /* ${inputs[i]!.dtype}[${inputs[i]!.shape}] */`,
      )
      this.write(`const ${name} = (${parameters.join(', ')}) => {`)
      for (const line of readable) this.write(`  ${line}`)
      this.write(`  return [${shownResults.join(', ')}]`)
      this.write('}')
      return { name, waits }
    }
    return { names, close }
  }

  /** Adds a statement; `once` when it depends on nothing but constants. */
  push(statement: string, once = false): void {
    ;(once ? this.#setup : this.#body).push(statement)
  }

  /** Adds a line that tfjs' users would write. */
  write(line: string): void {
    this.#readable.push(line)
  }

  /** The op as an expression that holds no text from outside. */
  op(op: Op): string {
    return `O[${this.ops.push(op) - 1}] /* ${opId(op)} */`
  }

  /** Calls core's own kernel, whose operands come later on a GPU, where there are any; gives names of the results. */
  hosted({ op, params, outputs }: NodeInfo, operands: string, onGpu: boolean): readonly string[] {
    const given = this.bind(this.params(op, params), 'p')
    const isAsync = onGpu && operands !== ''
    if (isAsync) this.waits = true
    const call =
      onGpu && !isAsync
        ? `T.create(${this.op(op)}, ${given})`
        : `T.host(${this.op(op)}, [${operands}], ${given})`
    const results = this.js.fresh()
    this.push(`const ${results} = ${isAsync ? 'await ' : ''}${call}`)
    const names = outputs.map(() => this.js.fresh())
    names.forEach((name, i) => this.push(`const ${name} = ${results}[${i}]`))
    this.write(`const [${names.join(', ')}] = reference.${op.def.name}(${operands}) // on the host`)
    return names
  }

  /** Parameters as an expression, with what is liftable lifted. */
  params(op: Op, params: Params): string {
    const text = (value: ParamValue, role: string): string => {
      if (role === 'liftable' && typeof value === 'number') return this.js.size(value)
      if (role === 'literal' && (typeof value !== 'object' || value === null))
        return this.js.lifted(value as Scalar)
      if (Array.isArray(value)) return `[${value.map((item: ParamValue) => text(item, role)).join(', ')}]`
      return this.js.structure(value)
    }
    const entries = Object.entries(params).map(
      ([name, value]) => `${JSON.stringify(name)}: ${text(value, op.def.params[name]?.role ?? 'structure')}`,
    )
    return `{ ${entries.join(', ')} }`
  }

  /** The body of a function that binds the program and gives the function that runs it. */
  program(results: readonly string[]): string {
    return [
      '"use strict"',
      ...this.#setup,
      `return ${this.waits ? 'async ' : ''}([${this.#inputs.join(', ')}]) => {`,
      ...this.#body.map((line) => `  ${line}`),
      `  return [${results.join(', ')}]`,
      '}',
    ].join('\n')
  }

  readable(results: readonly string[]): string {
    return [
      "import * as tf from '@tensorflow/tfjs'",
      '',
      `export const program = (${this.#parameters.join(', ')}) =>`,
      '  tf.tidy(() => {',
      ...this.#readable.map((line) => `    ${line}`),
      `    return [${results.join(', ')}]`,
      '  })',
    ].join('\n')
  }
}

/** A parameter as it stands in readable source. */
export function shown(value: ParamValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value}n`
  return JSON.stringify(value) ?? 'undefined'
}
