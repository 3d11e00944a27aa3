const complex = 'tfjs holds complex numbers in arrays of its own, whose calls are not followed'
const text = 'it works on text, which graphs do not hold'
const dataSizes =
  'the size of its result depends on the values, and a graph that kept the one of now would be wrong'
const ragged = 'ragged arrays have sizes that depend on their values'
const sparse = 'sparse arrays have sizes that depend on their values'
const pixels = 'it moves pixels from or to the page, outside of any graph'

/** Why kernels of tfjs have no counterpart in ops. */
export const reasons: Readonly<Record<string, string>> = {
  Complex: complex,
  ComplexAbs: complex,
  Draw: pixels,
  FFT: complex,
  FromPixels: pixels,
  IFFT: complex,
  Imag: complex,
  NonMaxSuppressionV3: dataSizes,
  NonMaxSuppressionV4: 'each of its steps depends on the one before, which graphs do not hold yet',
  NonMaxSuppressionV5: dataSizes,
  RaggedGather: ragged,
  RaggedRange: ragged,
  RaggedTensorToTensor: ragged,
  Real: complex,
  SparseFillEmptyRows: sparse,
  SparseReshape: sparse,
  SparseSegmentMean: sparse,
  SparseSegmentSum: sparse,
  StaticRegexReplace: text,
  StringNGrams: text,
  StringSplit: text,
  StringToHashBucketFast: text,
  Transform: 'warping images has no spelling in ops yet',
  Unique: dataSizes,
}
