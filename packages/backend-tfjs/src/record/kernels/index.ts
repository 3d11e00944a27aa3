import type { Family, Kernel } from '../kernel.ts'
import { binaries } from './binary.ts'
import { convolutions } from './convolutions.ts'
import { creation } from './creation.ts'
import { elementwise } from './elementwise.ts'
import { imageGradients } from './image-gradients.ts'
import { images } from './images.ts'
import { lookups } from './lookups.ts'
import { matrices } from './matrices.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { gradientsByBackend, poolingGradients } from './pooling-gradients.ts'
import { dilation } from './dilation.ts'
import { draws } from './draws.ts'
import { reductions, reductionsOfTensorFlow } from './reductions.ts'

/** Every kernel that has a counterpart in ops. */
export const kernels: Family = {
  ...binaries,
  ...convolutions,
  ...creation,
  ...dilation,
  ...draws,
  ...elementwise,
  ...imageGradients,
  ...images,
  ...lookups,
  ...matrices,
  ...movement,
  ...normalization,
  ...pooling,
  ...poolingGradients,
  ...reductions,
}

/** Those that other backends of tfjs compute in another way. */
const byBackend: Readonly<Record<string, Family>> = {
  ...gradientsByBackend,
  tensorflow: { ...gradientsByBackend['tensorflow'], ...reductionsOfTensorFlow },
}

/** What a kernel is in ops, as one of tfjs' backends runs it. */
export const kernelOf = (name: string, backend: string | null): Kernel | undefined =>
  byBackend[backend ?? '']?.[name] ?? kernels[name]
