import type { TraceHost } from '@tendril/core/adapter'
import type { NDArray } from '@tendril/core/fn'
import { isNumjsArray } from '../native.ts'
import type { NumjsArray, NumjsSelection } from '../numjs-api.ts'
import { elementsLike } from './arguments.ts'
import { type Elements, sameElements, type TracedBuffer } from './buffer.ts'
import type { Step } from './hooks.ts'
import { classOf, type Memory } from './memory.ts'
import { areEqual, numbers } from './steps/numbers.ts'
import type { Line } from './user-line.ts'
import { viewOf } from './view.ts'

/** Memory of an array as the function was shown it. */
interface Shown {
  readonly writes: number
  readonly elements: Elements
  readonly before: Elements
  readonly at: Line
}

/** Answers what a function asks of elements that are known only when the graph runs. */
export class ElementReads {
  readonly #host: TraceHost
  readonly #memory: Memory
  readonly #valueOf: (array: NumjsArray) => NDArray
  readonly #shown = new Map<TracedBuffer, Shown>()
  #changed: Line | undefined

  constructor(host: TraceHost, memory: Memory, valueOf: (array: NumjsArray) => NDArray) {
    this.#host = host
    this.#memory = memory
    this.#valueOf = valueOf
  }

  /** What a step gives: a number, a list, a text, or whether arrays are equal. */
  answer(step: Step, at: Line): unknown {
    const { name, isMethod, receiver, args } = step
    const [x, ...rest] = (isMethod ? [receiver, ...args] : args) as [NumjsArray, ...unknown[]]
    if (!isNumjsArray(x) || x.size === 0) return this.#asRun(step, at)
    if (Object.hasOwn(numbers, name)) return this.#scalar(() => numbers[name]!(this.#valueOf(x), rest), at)
    const [y] = rest
    if (name === 'equal' && isNumjsArray(y))
      return (
        String(x.shape) === String(y.shape) &&
        this.#scalar(() => areEqual(this.#valueOf(x), this.#valueOf(y)), at) !== 0
      )
    return name === 'get' ? this.#element(step, x, rest, at) : this.#asRun(step, at)
  }

  /** The selection of an array, on memory as the call has it. */
  reveal(array: NumjsArray, held: NumjsSelection, at: Line): NumjsSelection {
    const buffer = this.#memory.traced(array)!
    let shown = this.#shown.get(buffer)
    if (shown?.writes !== buffer.writes) {
      const elements = this.#read(buffer.whole, array, at)
      shown = { writes: buffer.writes, elements, before: elements.slice(), at }
      this.#check(buffer)
      this.#shown.set(buffer, shown)
    }
    const { shape, stride, offset } = held
    const View = classOf(array) as unknown as new (...parts: unknown[]) => NumjsArray
    return new View(shown.elements, [...shape], [...stride], offset).selection
  }

  /** Where the function was shown memory that it then wrote to. */
  get changed(): Line | undefined {
    for (const buffer of this.#shown.keys()) this.#check(buffer)
    return this.#changed
  }

  #check(buffer: TracedBuffer): void {
    const shown = this.#shown.get(buffer)
    if (shown !== undefined && !sameElements(shown.elements, shown.before)) this.#changed ??= shown.at
  }

  /** What numjs itself makes of the elements. */
  #asRun(step: Step, at: Line): unknown {
    const real = (value: unknown): unknown => {
      if (Array.isArray(value) && value.some((one) => typeof one === 'object')) return value.map(real)
      if (!isNumjsArray(value) || value.size === 0 || this.#memory.traced(value) === undefined) return value
      const elements = this.#read(this.#valueOf(value), value, at)
      return new (classOf(value))(elements, [...value.shape])
    }
    return step.run(step.args.map(real), real(step.receiver))
  }

  /** Indices that lie outside, or are none, give what numjs gives: nothing. */
  #element(step: Step, x: NumjsArray, indices: readonly unknown[], at: Line): unknown {
    const { offset, stride, shape } = viewOf(x.selection)
    const place = shape.reduce((sum, size, axis) => {
      const index = indices[axis] as number
      return sum + stride[axis]! * (index < 0 ? index + size : index)
    }, offset)
    const buffer = this.#memory.traced(x)
    if (buffer === undefined || !(place in buffer.elements)) return step.run()
    return this.#scalar(() => buffer.read({ offset: place, shape: [], stride: [] })!, at)
  }

  #scalar(make: () => NDArray, at: Line): number {
    return Number(this.#host.read(this.#host.at(at, make), at)[0])
  }

  #read(value: NDArray, like: NumjsArray, at: Line): Elements {
    const data = value.recorder === null ? value.dataSync() : this.#host.read(value, at)
    return elementsLike(like, Array.from(data as ArrayLike<number>)) as Elements
  }
}
