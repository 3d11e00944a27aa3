/** Linear algebra, as the standard's extension names it; all of it is at the top level too. */
export { cholesky, qr } from '../ops/factors.ts'
export { cross, diagonal, outer, tensordot, trace, vecdot, vectorNorm } from '../ops/linalg.ts'
export { matmul } from '../ops/matmul.ts'
export { matrixNorm, matrixPower, matrixRank, pinv } from '../ops/matrix-norms.ts'
export { matrixTranspose } from '../ops/rearrange.ts'
export { det, inv, slogdet, solve } from '../ops/solve.ts'
export { eig, eigh, eigvals, eigvalsh, svd, svdvals } from '../ops/spectra.ts'
