import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Executable, Lifted } from '@tendril/core/adapter'
import type { Buffer } from '../device.ts'
import type { Artifact } from '../emitter.ts'
import type { GpuDevice } from './device.ts'
import { isPending, Later, settledInfo } from './later.ts'
import { GpuTools } from './tools.ts'

type Program = (inputs: readonly Buffer[]) => readonly TensorInfo[] | Promise<readonly TensorInfo[]>
type Bind = (
  sizes: readonly number[],
  literals: Lifted<Buffer>['literals'],
  constants: readonly Buffer[],
  ops: Artifact['ops'],
  tools: GpuTools,
) => Program

/** A program on a GPU. One that computes a step on the host gives arrays that are still to come. */
export function loadOnGpu({ text, ops }: Artifact, device: GpuDevice): Executable<Buffer> {
  // Texts hold names, structure and quoted data only; see TfjsEmitter.
  const bindText = new Function('S', 'L', 'C', 'O', 'T', text) as Bind
  return {
    bind({ sizes, literals, constants }, _inputs, outputs) {
      const infos: TensorInfo[] = []
      const running = new Set<Promise<unknown>>()
      let program: Program | undefined
      const start = (inputs: readonly Buffer[]): ReturnType<Program> => {
        program ??= bindText(sizes, literals, constants.map(settledInfo), ops, new GpuTools(device, infos))
        return program(inputs.map(settledInfo))
      }
      const wait = (inputs: readonly Buffer[], fn: () => ReturnType<Program>): readonly Buffer[] => {
        const results = holding(device, [...inputs, ...constants], fn)
        running.add(results)
        const end = (): unknown => running.delete(results)
        results.then(end, end)
        return outputs.map(
          (type, i) =>
            new Later(
              `tfjs:${device.name}`,
              type as unknown as TensorInfo,
              results.then((all) => all[i]!),
            ),
        )
      }
      const run = (inputs: readonly Buffer[]): readonly Buffer[] => {
        const pending = [...inputs, ...(program === undefined ? constants : [])].filter(isPending)
        if (pending.length > 0)
          return wait(inputs, async () => {
            await Promise.all(pending.map(({ settled }) => settled))
            return start(inputs)
          })
        const results = start(inputs)
        return results instanceof Promise ? wait(inputs, () => results) : results
      }
      // What runs still uses it.
      const dispose = (): void =>
        void Promise.allSettled(running).then(() => infos.splice(0).forEach((info) => device.free(info)))
      return Object.assign(run, { dispose })
    },
  }
}

/** Runs `fn` while the arrays are kept, also when their owners let go of them. */
async function holding(
  device: GpuDevice,
  infos: readonly Buffer[],
  fn: () => ReturnType<Program>,
): Promise<readonly TensorInfo[]> {
  const own = infos.map((info) => shareOnGpu(device, info))
  try {
    return await fn()
  } finally {
    for (const info of own) freeOnGpu(device, info)
  }
}

/** Another reference, also to an array that is still to come. */
export function shareOnGpu(device: GpuDevice, info: Buffer): Buffer {
  if (!isPending(info)) return device.share(settledInfo(info))
  return new Later(
    `tfjs:${device.name}`,
    info,
    info.settled.then(() => device.share(info.info)),
  )
}

export function freeOnGpu(device: GpuDevice, info: Buffer): void {
  if (!(info instanceof Later)) device.free(info)
  else if (info.isPending) void info.settled.then(() => freeOnGpu(device, info))
  else if (info.made !== undefined) device.free(info.made)
}

/** The elements, when they are there. */
export async function readOnGpu(device: GpuDevice, info: Buffer): ReturnType<GpuDevice['read']> {
  const own = shareOnGpu(device, info)
  try {
    if (isPending(own)) await own.settled
    return await device.read(settledInfo(own))
  } finally {
    freeOnGpu(device, own)
  }
}
