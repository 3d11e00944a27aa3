import { activations } from './activations.ts'
import { binary } from './binary.ts'
import { control } from './control.ts'
import { convolutions } from './convolutions.ts'
import { guarded, type TfjsLowering } from './lower.ts'
import { matrices } from './matrices.ts'
import { movement } from './movement.ts'
import { pooling } from './pooling.ts'
import { reductions } from './reductions.ts'
import { scatters } from './scatter.ts'
import { unary } from './unary.ts'

export { fallback } from './lower.ts'

export const lowerings: readonly TfjsLowering[] = [
  ...control,
  ...[
    ...unary,
    ...activations,
    ...binary,
    ...reductions,
    ...movement,
    ...matrices,
    ...convolutions,
    ...pooling,
    ...scatters,
  ].map(guarded),
]
