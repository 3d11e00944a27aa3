import type { Scalar } from '@tendril/core/adapter'
import { encodeValues, type OnnxDType } from './dtypes.ts'
import type { ValueName } from './model-builder.ts'
import type { Initializer, LiftedInput, Statement } from './program.ts'
import type { OnnxRef } from './refs.ts'

interface Part {
  readonly name: ValueName
  readonly place: number
  readonly length: number
}

/**
 * Sizes and numbers that a program takes as inputs.
 *
 * An input costs a call 0.7 us, so those of one dtype come in one, which the model splits.
 */
export class Lifting {
  readonly sizes: number[] = []
  readonly literals: Scalar[] = []
  readonly #vectors: Part[] = []
  readonly #scalars = new Map<OnnxDType, Part[]>()

  /** A vector of sizes. */
  sizesOf(values: readonly number[]): OnnxRef {
    const name = `s${this.#vectors.length}`
    this.#vectors.push({ name, place: this.sizes.length, length: values.length })
    this.sizes.push(...values)
    return { name, dtype: 'int64', rank: 1 }
  }

  literal(value: Scalar, dtype: OnnxDType): OnnxRef {
    const place = this.literals.push(value) - 1
    const name = `l${place}`
    const parts = this.#scalars.get(dtype) ?? []
    this.#scalars.set(dtype, [...parts, { name, place, length: 1 }])
    return { name, loose: `${name}x`, dtype, rank: 0 }
  }

  /** What the lifted values look like, for the program's key. */
  text(): string {
    const scalars = [...this.#scalars].map(([dtype, parts]) => `${dtype} ${parts.map(({ name }) => name)}`)
    return `${this.#vectors.map(({ length }) => length)} ${scalars}`
  }

  /** The model's inputs for the lifted values, and the nodes that take them apart; `used` are the names that are read. */
  inputs(used: ReadonlySet<ValueName>): {
    readonly inputs: readonly LiftedInput[]
    readonly initializers: readonly Initializer[]
    readonly statements: readonly Statement[]
  } {
    const inputs: LiftedInput[] = []
    const initializers: Initializer[] = []
    const statements: Statement[] = []
    const add = (
      whole: ValueName,
      dtype: OnnxDType,
      from: LiftedInput['from'],
      parts: readonly Part[],
    ): void => {
      const places = parts.flatMap(({ place, length }) => Array.from({ length }, (_, at) => place + at))
      const name = parts.length === 1 ? parts[0]!.name : whole
      inputs.push({ name, dtype, from, places, dims: [places.length] })
      if (parts.length === 1) return
      const lengths = parts.map(({ length }) => length)
      const split = `${whole}_lengths`
      initializers.push({
        name: split,
        dtype: 'int64',
        shape: [lengths.length],
        bytes: () => encodeValues('int64', lengths),
      })
      const outputs = parts.map((part) => part.name)
      statements.push({ operator: 'Split', inputs: [whole, split], outputs, attributes: { axis: 0 } })
    }
    if (this.#vectors.length > 0) add('sizes', 'int64', 'sizes', this.#vectors)
    for (const [dtype, parts] of this.#scalars) {
      const loose = parts.map((part) => ({ ...part, name: `${part.name}x` }))
      add(`literals_${dtype}`, dtype, 'literals', loose)
      for (const { name } of parts) {
        if (used.has(name))
          statements.push({ operator: 'Squeeze', inputs: [`${name}x`], outputs: [name], attributes: {} })
      }
    }
    return { inputs, initializers, statements }
  }
}
