import { matmul, matmulBigInts, matmulIntegers } from './matmul.ts'
import { concat, pad, scatter, take, takeAlong } from './move.ts'
import { argbest, argsort, searchsorted, sort } from './order.ts'
import { avgPooling, convolution, maxPooling } from './windows.ts'

type Kernel = (...args: never[]) => void

/** Kernels work on whole arrays; each holds no name from outside itself, as its text is compiled anew. */
const kernels: Readonly<Record<string, Kernel>> = {
  argbest,
  argsort,
  avgPooling,
  concat,
  convolution,
  matmul,
  matmulBigInts,
  matmulIntegers,
  maxPooling,
  pad,
  scatter,
  searchsorted,
  sort,
  take,
  takeAlong,
}

const made = new Map<string, Kernel>()

/**
 * The kernel for a name `kernel_storage`, such as `matmul_Float32Array`; undefined when there is none.
 *
 * It is made from the kernel's own text: functions of one text share their type feedback, and a kernel that has seen
 * five kinds of arrays reads each element by a slow look-up.
 */
export function kernelNamed(name: string): Kernel | undefined {
  const known = made.get(name)
  if (known !== undefined) return known
  const [base] = name.split('_')
  const kernel = Object.hasOwn(kernels, base!) && name !== base ? kernels[base!]! : undefined
  if (kernel === undefined) return undefined
  const own = new Function(`return (${kernel.toString()})\n// ${name}`)() as Kernel
  made.set(name, own)
  return own
}
