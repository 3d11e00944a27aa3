/** Ops on complex matrices that are not written in real ones: engines without complex numbers refuse them. */
export const onComplexMatrices: readonly string[] = [
  'eig',
  'eigh',
  'eigvals',
  'eigvalsh',
  'matrixNorm',
  'matrixRank',
  'pinv',
  'qr',
  'svd',
  'svdvals',
]
