import type { NativeRecording, TraceHost } from '@tendril/core/adapter'
import { type NDArray, random, type TraceError } from '@tendril/core/fn'
import { constructors, isHeldByNumjs, isNumjsArray } from '../native.ts'
import type { NumjsArray } from '../numjs-api.ts'
import { type Copy, loadedCopies } from './copies.ts'
import { arraysIn, axisOf, elementsLike, operandsOf, withoutSharedList, withStandIns } from './arguments.ts'
import { guard } from './guard.ts'
import { ElementReads } from './element-reads.ts'
import { type Follower, Following, type Step } from './hooks.ts'
import { classOf, dtypeOf, elementsOf, Memory } from './memory.ts'
import { NoCounterpart, type Operand, type Out, refuse } from './steps/compute.ts'
import { joins, mappings, moves, reads, reasons, writes } from './steps/index.ts'
import {
  boundsError,
  chanceError,
  describe,
  dtypeError,
  gapError,
  memoryError,
  overlapError,
  shownError,
  strangeError,
} from './refusals.ts'
import { type Line, userLine } from './user-line.ts'
import { countOf, positions, sameView, toShape, viewOf } from './view.ts'

/** Follows the functions of numjs in one trace, and calls the ops that stand for them; numjs computes as well. */
export class Recording implements NativeRecording, Follower {
  readonly #host: TraceHost
  readonly #memory: Memory
  readonly #reads: ElementReads
  readonly #following: Following
  /** The copy of numjs whose arrays stand for arrays of td. */
  readonly #home: Copy
  readonly #standIns = new Map<NDArray, NumjsArray>()
  readonly #guarded = new Map<NumjsArray, () => void>()
  /** Where the function drew a number itself. */
  #chance: Line | undefined
  /** Whether the function did anything with numjs. */
  #isUsed = false
  #depth = 0

  constructor(host: TraceHost, copies: readonly [Copy, ...Copy[]]) {
    this.#host = host
    this.#home = copies[0]
    this.#memory = new Memory(host)
    this.#reads = new ElementReads(host, this.#memory, (array) => this.#resolve(array))
    this.#following = new Following(this)
    for (const copy of [...copies, ...loadedCopies()]) this.#following.add(copy)
  }

  readonly isActive = (): boolean => this.#host.isActive()

  get isInside(): boolean {
    return this.#depth > 0
  }

  drawn(below: CallableFunction): void {
    if (!this.#host.bakesRandom) this.#chance ??= userLine(below)
  }

  /** The function is given a copy: what it writes stays its own, and the same array in its closure the constant it is. */
  input(native: unknown, value: unknown): NumjsArray {
    this.#isUsed = true
    return this.#inside(() => {
      const array = native as NumjsArray
      this.#following.add({ NdArray: classOf(array) })
      const { selection } = array
      const copy = Array.from(positions(viewOf(selection)), (at) => selection.data[at]!)
      const elements = array.dtype === 'array' ? copy : elementsLike(array, copy)
      const given = new (classOf(array))(elements, [...array.shape])
      this.#memory.define(given, value as NDArray)
      this.#guard(given)
      return given
    })
  }

  /** An array of zeros: what is read of it comes from the graph. */
  standFor(value: unknown): NumjsArray {
    const array = value as NDArray
    const known = this.#standIns.get(array)
    if (known !== undefined) return known
    const { dtype, shape, size } = array
    if (!isHeldByNumjs(dtype)) this.#fail(dtypeError(dtype))
    return this.#inside(() => {
      const standIn = new this.#home.NdArray(new constructors[dtype]!(size) as Float64Array, [...shape])
      this.#memory.define(standIn, array)
      this.#standIns.set(array, standIn)
      return this.#guard(standIn)
    })
  }

  /** @throws TraceError where its memory was written to by ways that are not followed */
  valueOf(native: object): NDArray | undefined {
    return isNumjsArray(native) ? this.#inside(() => this.#resolve(native)) : undefined
  }

  get mixes(): boolean {
    return this.#standIns.size > 0
  }

  get unsettled(): boolean {
    return this.#memory.isUnsettled
  }

  /** @throws TraceError where the function wrote by ways that are not followed, or used a number of chance */
  finish(): void {
    if (this.#isUsed && this.#chance !== undefined) this.#fail(chanceError(), this.#chance)
    if (this.#memory.isStrange) this.#fail(strangeError())
    if (this.#reads.changed !== undefined) this.#fail(shownError(), this.#reads.changed)
    this.#inside(() => this.#memory.writeBack())
  }

  end(): void {
    this.#following.stop()
    for (const unguard of this.#guarded.values()) unguard()
    this.#memory.restore()
  }

  step(called: Step): unknown {
    if (this.#depth > 0) return called.run()
    this.#isUsed = true
    const step = withStandIns(called, (array) => this.standFor(array))
    const at = userLine(step.below)
    const arrays = arraysIn([step.receiver, step.args])
    const isTraced = this.#inside(() => {
      const constant = arrays.filter((array) => this.#memory.traced(array) === undefined)
      if (!constant.every((array) => this.#memory.watch(array))) this.#fail(strangeError(), at)
      return constant.length < arrays.length
    })
    return isTraced ? this.#traced(step, arrays, at) : this.#untraced(step, at)
  }

  /** A step on arrays that are the same at each call. */
  #untraced(step: Step, at: Line): unknown {
    if (step.isMethod && writes(step.name, step.args)) {
      const target = step.receiver as NumjsArray
      const buffer = this.#inside(() => this.#memory.prepare(target, false))
      if (buffer !== undefined) return this.#inPlace(step, at)
      return this.#inside(() => step.run())
    }
    const out = this.#inside(() => step.run(withoutSharedList(step)))
    if (!isNumjsArray(out)) return out
    if (step.name === 'random' && !this.#host.bakesRandom) {
      const { shape } = out
      const draw = (): NDArray => random.uniform({ shape, dtype: 'float64' })
      this.#inside(() => this.#memory.define(out, this.#host.at(at, draw)))
      return this.#guard(out)
    }
    if (!arraysIn([step.receiver, step.args]).some((array) => elementsOf(array) === elementsOf(out)))
      this.#memory.own(out)
    return out
  }

  #traced(step: Step, arrays: readonly NumjsArray[], at: Line): unknown {
    const { name } = step
    if (name === 'toString' || name === 'inspect') return `traced ${describe(step.receiver as NumjsArray)}`
    if (reads.has(name)) return this.#inside(() => this.#reads.answer(step, at))
    if (name === 'iteraxis') return this.#iterate(step, at)
    if (step.isMethod && writes(name, step.args)) return this.#inPlace(step, at)
    const { out, value } = this.#inside(() => {
      const values = this.#operands(step, arrays[0]!)
      const made = step.run(withoutSharedList(step))
      return { out: made, value: values }
    })
    if (out === undefined) return out
    if (!isNumjsArray(out)) this.#fail(gapError(step, 'it gives no array'), at)
    if (this.#inside(() => this.#memory.traced(out)) !== undefined) return this.#guard(out)
    this.#inside(() => {
      const first = arrays[0]!
      if (name === 'clone') return this.#memory.copy(first, out)
      const result = this.#map(step, name, value, out, at)
      const isCopied = name !== 'convolve' && elementsOf(out).length === elementsOf(first).length
      return this.#memory.define(out, result, isCopied ? this.#memory.traced(first) : undefined)
    })
    return this.#guard(out)
  }

  /** A method that writes to its own array. */
  #inPlace(step: Step, at: Line): unknown {
    return this.#inside(() => {
      const target = step.receiver as NumjsArray
      const view = viewOf(target.selection)
      const operands = step.name === 'set' ? [] : this.#operands(step, target)
      this.#checkOverlap(step, target, at)
      const buffer = this.#memory.prepare(target, true)!
      if (buffer.isStrange) this.#fail(strangeError(), at)
      const out = step.run()
      if (step.name === 'set') {
        const indices = step.args.slice(0, target.ndim) as readonly number[]
        const offset = indices.reduce((sum, index, axis) => sum + index * view.stride[axis]!, view.offset)
        const value = this.#memory.constant(
          new (classOf(target))(elementsLike(target, [buffer.elements[offset]!]), [1]),
        )
        buffer.write({ offset, shape: [], stride: [] }, toShape(value, []))
      } else buffer.write(view, this.#map(step, step.name, operands, target, at))
      this.#guard(target)
      return out
    })
  }

  /** An array written to while it is read in another order gives what the order of numjs' loops makes of it. */
  #checkOverlap(step: Step, target: NumjsArray, at: Line): void {
    const [other] = step.args
    if (!isNumjsArray(other) || elementsOf(other) !== elementsOf(target)) return
    const [own, view] = [viewOf(target.selection), viewOf(other.selection)]
    if (sameView(own, view)) return
    const places = new Set(positions(own))
    if (!positions(view).some((place) => places.has(place))) return
    this.#fail(overlapError(step), at)
  }

  /** Calls the function with each part, as numjs does. */
  #iterate(step: Step, at: Line): void {
    const [axis, callback] = step.args as readonly [number, (part: NumjsArray, i: number) => void]
    const of = step.receiver as NumjsArray
    const parts: NumjsArray[] = []
    this.#inside(() => {
      step.run([axis, (part: NumjsArray) => void parts.push(part)])
      const along = axis === -1 ? of.ndim - 1 : axis
      parts.forEach((part, i) => {
        const { offset, shape, stride } = viewOf(of.selection)
        const view = {
          offset: offset + i * stride[along]!,
          shape: shape.toSpliced(along, 1),
          stride: stride.toSpliced(along, 1),
        }
        if (part.size !== countOf(view)) this.#fail(gapError(step, 'numjs gives no elements of one axis'), at)
        const value = this.#host.at(at, () => this.#memory.traced(of)!.read(view)!)
        this.#memory.define(part, toShape(value, part.shape))
        this.#guard(part)
      })
    })
    parts.forEach((part, i) => callback(part, i))
  }

  /** The arguments of a step as ops take them. */
  #operands(step: Step, like: NumjsArray): readonly Operand[] {
    return operandsOf(step, like).map((one) => (isNumjsArray(one) ? this.#resolve(one) : one))
  }

  #map(step: Step, name: string, operands: readonly Operand[], out: NumjsArray, at: Line): NDArray {
    const type: Out = { dtype: dtypeOf(out), shape: [...out.shape] }
    const mapping = mappings[name]
    const join = joins[name]
    try {
      return this.#host.at(at, () => {
        if (join !== undefined) return join(operands as readonly NDArray[], type, axisOf(step))
        if (mapping === undefined) return refuse(reasons[name] ?? 'no op is known for it')
        if (out.dtype === 'uint8_clamped' && !(name in moves))
          return refuse('its array limits what is written to 0 and 255, which no dtype here does')
        const [x, ...rest] = operands
        return toShape(mapping(x as NDArray, rest, type), type.shape)
      })
    } catch (error) {
      if (!(error instanceof NoCounterpart)) throw error
      return this.#fail(gapError(step, error.message), at)
    }
  }

  #resolve(array: NumjsArray): NDArray {
    const buffer = this.#memory.traced(array)
    if (buffer === undefined) return this.#memory.constant(array)
    const value = buffer.read(viewOf(array.selection))
    if (value !== undefined) return value
    return this.#fail(boundsError())
  }

  /** Watches the memory of an array for what the function does to it by itself. */
  #guard(array: NumjsArray): NumjsArray {
    if (this.#guarded.has(array)) return array
    const unguard = guard(array, {
      isWatched: () => this.#depth === 0 && this.isActive(),
      reveal: (held, below) => this.#inside(() => this.#reads.reveal(array, held, userLine(below))),
      refuse: (what, below) => this.#fail(memoryError(what), userLine(below)),
    })
    if (unguard !== undefined) this.#guarded.set(array, unguard)
    return array
  }

  #fail(error: TraceError, at?: Line): never {
    this.#host.fail(error, at)
    throw error
  }

  /** Steps inside of a step, and those of this recording, are not the function's. */
  #inside<T>(run: () => T): T {
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }
}
