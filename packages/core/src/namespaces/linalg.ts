/** Linear algebra, as the standard's extension names it; all of it is at the top level too. */
export { cross, diagonal, outer, tensordot, trace, vecdot, vectorNorm } from '../ops/linalg.ts'
export { matmul } from '../ops/matmul.ts'
export { matrixTranspose } from '../ops/rearrange.ts'
