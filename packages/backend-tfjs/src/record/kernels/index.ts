import type { Family } from '../kernel.ts'
import { binaries } from './binary.ts'
import { convolutions } from './convolutions.ts'
import { creation } from './creation.ts'
import { elementwise } from './elementwise.ts'
import { images } from './images.ts'
import { lookups } from './lookups.ts'
import { matrices } from './matrices.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { draws } from './draws.ts'
import { reductions } from './reductions.ts'

/** Every kernel that has a counterpart in ops. */
export const kernels: Family = {
  ...binaries,
  ...convolutions,
  ...creation,
  ...draws,
  ...elementwise,
  ...images,
  ...lookups,
  ...matrices,
  ...movement,
  ...normalization,
  ...pooling,
  ...reductions,
}
