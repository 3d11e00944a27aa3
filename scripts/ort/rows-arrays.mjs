// Reductions, sorting, indices, shapes.
import { ints, tensor } from './node.mjs'
import { as, bound, f32, given, i32, i64, inf, list, matrix, nan, open, row, zeros } from './rows.mjs'

// Reductions.
const axis0 = given({ keepdims: 0 })
const many = (special, at, count = 40) => Array.from({ length: count }, (_, i) => (i === at ? special : i))
for (const operator of [
  'ReduceMax',
  'ReduceMin',
  'ReduceSum',
  'ReduceMean',
  'ReduceProd',
  'ReduceL2',
  'ReduceLogSumExp',
]) {
  row(operator, [f32(1, nan, 3), ints(0)], [nan], axis0)
}
for (const operator of ['ReduceMax', 'ReduceMin']) {
  for (const at of [0, 1, 17, 39])
    row(operator, [list(many(nan, at)), ints(0)], [nan], { ...axis0, note: `NaN at ${at} of 40` })
  row(operator, [matrix(40, 1, many(nan, 17)), ints(0)], [nan], {
    ...axis0,
    note: 'NaN at 17 of 40, first axis',
  })
  row(
    operator,
    [matrix(40, 2, many(nan, 17, 80)), ints(0)],
    operator === 'ReduceMax' ? [78, nan] : [0, nan],
    { ...axis0, note: 'NaN at 17 of 80, first axis' },
  )
}
row('ReduceMax', [f32(-0, 0), ints(0)], open, axis0)
for (const [operator, wanted] of [
  ['ArgMax', 1],
  ['ArgMin', 1],
])
  row(operator, [f32(1, nan, 3)], [wanted], given({ axis: 0, keepdims: 0 }, 'int64'))
for (const at of [0, 1, 17, 39]) {
  row('ArgMax', [list(many(nan, at))], [at], {
    ...given({ axis: 0, keepdims: 0 }, 'int64'),
    note: `NaN at ${at} of 40`,
  })
  row('ArgMin', [list(many(nan, at))], [at], {
    ...given({ axis: 0, keepdims: 0 }, 'int64'),
    note: `NaN at ${at} of 40`,
  })
}
row('ArgMax', [f32(nan, 5)], [0], given({ axis: 0, keepdims: 0 }, 'int64'))
row('ArgMax', [f32(3, 3, 1)], [0], given({ axis: 0, keepdims: 0 }, 'int64'))
for (const [operator, wanted] of Object.entries({
  ReduceSum: 0,
  ReduceMean: nan,
  ReduceProd: 1,
  ReduceMax: -inf,
  ReduceMin: inf,
  ReduceSumSquare: 0,
  ReduceL2: 0,
  ReduceLogSumExp: -inf,
})) {
  row(operator, [zeros(2, 0), ints(1)], [wanted, wanted], axis0)
}
row('ReduceMax', [tensor('int32', [2, 0], []), ints(1)], 'an error', axis0)
row('ReduceMax', [zeros(0, 3), ints(1)], [], { ...axis0, note: 'none left' })
row('ArgMax', [zeros(2, 0)], 'an error', given({ axis: 1, keepdims: 0 }, 'int64'))
row('ReduceLogSumExp', [f32(-inf, -inf), ints(0)], [-inf], axis0)
row('ReduceLogSumExp', [f32(inf, 1), ints(0)], [inf], axis0)
row('ReduceLogSumExp', [f32(1000, 1000), ints(0)], [Math.fround(1000 + Math.LN2)], axis0)
row('ReduceSum', [i32(2 ** 31 - 1, 1), ints(0)], [-(2 ** 31)], axis0)
row('ReduceMean', [i32(1, 2), ints(0)], open, axis0)
row('ReduceSum', [i32(2 ** 31 - 1, 1, -1), ints(0)], [2 ** 31 - 1], axis0)
row('ReduceSum', [i32(16777217, 2), ints(0)], [16777219], axis0)
row('ReduceSum', [i64(2n ** 53n, 1n, 1n), ints(0)], [2n ** 53n + 2n], axis0)
row('ReduceSum', [i64(2n ** 63n - 1n, 1n), ints(0)], [-(2n ** 63n)], axis0)
row('ReduceSum', [tensor('int32', [2, 2], [2 ** 31 - 1, 0, 1, 0]), ints(0)], [-(2 ** 31), 0], axis0)
row('ReduceSum', [i32(2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31)), ints(0)], [2 ** 31 - 2], axis0)
row('ReduceProd', [i32(65536, 65536), ints(0)], [0], axis0)
row('ReduceMax', [i64(2n ** 53n + 3n, 1n), ints(0)], [2n ** 53n + 3n], axis0)
row('ReduceSumSquare', [i32(65536), ints(0)], [0], axis0)
row('CumSum', [i32(2 ** 31 - 1, 1), tensor('int64', [], [0])], [2 ** 31 - 1, -(2 ** 31)])
row('MatMul', [tensor('int32', [1, 1], [65536]), tensor('int32', [1, 1], [65537])], {
  dims: [1, 1],
  data: [65536],
})
row('ReduceSum', [f32(1, 2), ints()], [3], { ...axis0, note: 'empty list of axes: all' })
row('ReduceSum', [f32(1, 2), ints()], [1, 2], given({ keepdims: 0, noop_with_empty_axes: 1 }))
row('CumSum', [f32(1, nan, 2), tensor('int64', [], [0])], [1, nan, nan])
row('Softmax', [f32(-inf, -inf)], [nan, nan])
row('Softmax', [f32(-inf, 0)], [0, 1])
row('Softmax', [f32(inf, 0)], [nan, nan])
row('Softmax', [f32(nan, 0)], [nan, nan])
row('LogSoftmax', [f32(-inf, 0)], [-inf, 0])
row('LogSoftmax', [f32(-inf, -inf)], [nan, nan])
row('LogSoftmax', [f32(1000, 0)], [0, -1000])

// Sorting and searching.
row(
  'TopK',
  [f32(1, nan, 3, nan), ints(4)],
  [
    [nan, nan, 3, 1],
    [1, 3, 2, 0],
  ],
  as('float32', 'int64'),
)
row(
  'TopK',
  [f32(1, nan, 3), ints(3)],
  [
    [1, 3, nan],
    [0, 2, 1],
  ],
  given({ largest: 0 }, 'float32', 'int64'),
)
row(
  'TopK',
  [f32(2, 2, 2), ints(2)],
  [
    [2, 2],
    [0, 1],
  ],
  as('float32', 'int64'),
)
row(
  'TopK',
  [f32(0, -0, 0), ints(3)],
  [
    [0, -0, 0],
    [0, 1, 2],
  ],
  as('float32', 'int64'),
)
row('TopK', [f32(1, 2), ints(0)], [[], []], as('float32', 'int64'))
row('NonZero', [f32(nan, -0, 0, 2)], [0, 3], as('int64'))
row('Unique', [f32(nan, 1, nan, -0, 0)], [-0, 1, nan, nan])

// Indices.
row('Gather', [f32(1, 2), i64(-1, 0)], [2, 1])
row('Gather', [f32(1, 2), i64(2)], 'an error')
row('GatherElements', [f32(1, 2), i64(2)], 'an error')
row('GatherND', [f32(1, 2), tensor('int64', [1, 1], [2])], 'an error')
row('ScatterElements', [f32(1, 2), i64(2), f32(9)], 'an error')
row('ScatterND', [f32(1, 2), tensor('int64', [1, 1], [2]), f32(9)], 'an error')
row('ScatterND', [f32(1, 2), tensor('int64', [2, 1], [0, 0]), f32(8, 9)], [9, 2], {
  note: 'twice the same place',
})
row(
  'OneHot',
  [i64(0, -1, 5), tensor('int64', [], [3]), f32(0, 1)],
  [1, 0, 0, 0, 0, 1, 0, 0, 0],
  as('float32'),
)
row('Slice', [f32(0, 1, 2, 3), ints(-1), ints(-(2n ** 63n)), ints(0), ints(-1)], [3, 2, 1, 0])
row('Slice', [f32(0, 1, 2, 3), ints(3), ints(0), ints(0), ints(-2)], [3, 1])
row('Slice', [f32(0, 1, 2, 3), ints(1), ints(2n ** 63n - 1n), ints(0), ints(2)], [1, 3])
row('Slice', [f32(0, 1), ints(5), ints(9), ints(0), ints(1)], [])
row('Slice', [f32(0, 1), ints(1), ints(0), ints(0), ints(1)], [])

// Axes of size 0.
row('MatMul', [zeros(2, 0), zeros(0, 3)], { dims: [2, 3], data: [0, 0, 0, 0, 0, 0] })
row('MatMul', [zeros(0, 3), matrix(3, 2, [1, 2, 3, 4, 5, 6])], { dims: [0, 2], data: [] })
row('Gemm', [zeros(2, 0), zeros(0, 1), f32(5)], { dims: [2, 1], data: [5, 5] })
row(
  'Einsum',
  [zeros(2, 0), zeros(0, 3)],
  { dims: [2, 3], data: [0, 0, 0, 0, 0, 0] },
  given({ equation: 'ij,jk->ik' }),
)
row('Conv', [zeros(0, 1, 3, 3), tensor('float32', [1, 1, 2, 2], [1, 1, 1, 1])], {
  dims: [0, 1, 2, 2],
  data: [],
})
row(
  'Conv',
  [zeros(1, 0, 3, 3), zeros(2, 0, 2, 2)],
  { dims: [1, 2, 2, 2], data: Array(8).fill(0) },
  { note: 'no channels', crash: true },
)
row('MaxPool', [zeros(0, 1, 3, 3)], { dims: [0, 1, 2, 2], data: [] }, given({ kernel_shape: [2, 2] }))
row('Concat', [zeros(0, 3), matrix(1, 3, [1, 2, 3])], { dims: [1, 3], data: [1, 2, 3] }, given({ axis: 0 }))
row('Reshape', [zeros(0, 3), ints(3, 0)], { dims: [3, 0], data: [] }, given({ allowzero: 1 }))
row('Reshape', [zeros(0, 3), ints(3, 0)], 'an error', { note: 'allowzero=0: 0 copies axis 1' })
row('Reshape', [zeros(0, 3), ints(0, -1)], { dims: [0, 3], data: [] }, { note: 'allowzero=0' })
row('Reshape', [zeros(0), ints(-1, 3)], { dims: [0, 3], data: [] }, given({ allowzero: 1 }))
row('Transpose', [zeros(0, 3)], { dims: [3, 0], data: [] }, given({ perm: [1, 0] }))
row('Expand', [tensor('float32', [1], [1]), ints(0)], { dims: [0], data: [] })
row('Tile', [f32(1, 2), ints(0)], { dims: [0], data: [] })
row('Split', [f32(1, 2), ints(0, 2)], [[], [1, 2]], given({ axis: 0 }, 'float32', 'float32'))
row('Gather', [zeros(0, 2), tensor('int64', [0], [])], { dims: [0, 2], data: [] })
row('Pad', [zeros(0), ints(1, 1), bound(7)], { dims: [2], data: [7, 7] })
row('Softmax', [zeros(2, 0)], { dims: [2, 0], data: [] })
row('CumSum', [zeros(0), tensor('int64', [], [0])], { dims: [0], data: [] })
row('Where', [tensor('bool', [0], []), zeros(0), bound(1)], { dims: [0], data: [] }, as('float32'))
row('LayerNormalization', [zeros(0, 2), f32(1, 1), f32(0, 0)], { dims: [0, 2], data: [] })
row('LayerNormalization', [matrix(1, 2, [inf, 1]), f32(1, 1), f32(0, 0)], [nan, nan])
row('MaxPool', [tensor('float32', [1, 1, 4], [1, nan, 3, 4])], [nan, nan, 4], given({ kernel_shape: [2] }))
row('MaxPool', [tensor('float32', [1, 1, 2], [-inf, -inf])], [-inf], given({ kernel_shape: [2] }))
row('GlobalMaxPool', [tensor('float32', [1, 1, 3], [1, nan, 3])], [nan])
row(
  'Range',
  [tensor('float32', [], [0]), tensor('float32', [], [1]), tensor('float32', [], [0.1])],
  Array.from({ length: 10 }, (_, i) => Math.fround(i * Math.fround(0.1))),
)
row(
  'Range',
  [0, 10, 3].map((x) => tensor('int64', [], [x])),
  [0, 3, 6, 9],
)
row(
  'Range',
  [3, 0, -1].map((x) => tensor('float32', [], [x])),
  [3, 2, 1],
)
row(
  'Range',
  [0, 3, -1].map((x) => tensor('float32', [], [x])),
  [],
)

// Found by the conformance suite.
const wide = (at, other = 0) => Array.from({ length: 16 }, (_, i) => (i === at ? 2 ** 32 - 1 : other))
const wideAt3 = list(wide(3), 'int64')
row('Max', [wideAt3, list(wide(-1), 'int64')], wide(3), { note: '2^32 - 1 at 3 of 16, against zeros' })
row(
  'Min',
  [wideAt3, list(wide(-1, 1), 'int64')],
  wide(3).map((x) => Math.min(x, 1)),
  {
    note: '2^32 - 1 at 3 of 16, against ones',
  },
)
row('Clip', [wideAt3, tensor('int64', [], [0]), tensor('int64', [], [2 ** 33])], wide(3))
row('ReduceMax', [wideAt3, ints(0)], [2 ** 32 - 1], { ...axis0, note: '2^32 - 1 at 3 of 16' })
row('ReduceSum', [i64(2n ** 53n, 1n), ints(0)], [2n ** 53n + 1n], axis0)
row('ReduceMax', [list([], 'bool'), ints(0)], [0], axis0)
row('ArgMax', [matrix(2, 2, [0, 0, 0, nan])], [0, 1], given({ axis: 0, keepdims: 0 }, 'int64'))
row(
  'LogSoftmax',
  [tensor('float64', [2, 2], [0, 0, 0, nan])],
  [-Math.LN2, nan, -Math.LN2, nan],
  given({ axis: 0 }),
)
row('MatMul', [tensor('uint64', [1, 0], []), tensor('uint64', [0, 1], [])], { dims: [1, 1], data: [0] })
row(
  'Conv',
  [tensor('float32', [1, 1, 1], [1]), tensor('float32', [1, 1, 2], [nan, 1])],
  { dims: [1, 1, 1], data: [1] },
  { attributes: { pads: [1, 0] }, note: 'the NaN lies over the padding' },
)
