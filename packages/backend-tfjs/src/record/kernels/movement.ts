import {
  array,
  broadcastTo,
  concat,
  equal,
  eye,
  flip,
  type NDArray,
  pad,
  permuteDims,
  reshape,
  slice,
  stack,
  take,
  tile,
  unstack,
  where,
  zerosLike,
} from '@tendril/core/fn'
import {
  backend_util,
  type BatchToSpaceNDAttrs,
  type BroadCastToAttrs,
  type ConcatAttrs,
  type DepthToSpaceAttrs,
  type MirrorPadAttrs,
  type PackAttrs,
  type PadV2Attrs,
  type ReverseAttrs,
  slice_util,
  type SliceAttrs,
  type SpaceToBatchNDAttrs,
  type SplitVAttrs,
  type StridedSliceAttrs,
  type TileAttrs,
  type TransposeAttrs,
  type UnpackAttrs,
} from '@tensorflow/tfjs-core'
import { type Family, kernel, listKernel, refuse } from '../kernel.ts'
import { permuted, product, range, toShape } from '../values.ts'

/** A part of the array, or the array itself where that is the whole. */
function part(x: NDArray, starts: readonly number[], sizes: readonly number[]): NDArray {
  const isWhole = sizes.every((size, axis) => starts[axis] === 0 && size === x.shape[axis])
  return isWhole
    ? x
    : slice(
        x,
        starts,
        starts.map((start, axis) => start + sizes[axis]!),
      )
}

function stridedSlice(x: NDArray, attrs: StridedSliceAttrs): NDArray {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
  const info = slice_util.sliceInfo(
    [...x.shape],
    [...begin],
    [...end],
    [...strides],
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  )
  if (info.isIdentity) return toShape(x, info.finalShape)
  if (info.finalShape.includes(0))
    return reshape(
      slice(
        x,
        x.shape.map(() => 0),
        x.shape.map(() => 0),
      ),
      info.finalShape,
    )
  const sizes = slice_util.computeOutShape(info.begin, info.end, info.strides)
  const last = info.begin.map((start, i) => start + (sizes[i]! - 1) * info.strides[i]!)
  const stops = last.map((place, i) => (info.strides[i]! > 0 ? place + 1 : place === 0 ? null : place - 1))
  return toShape(slice(x, info.begin, stops, info.strides), info.finalShape)
}

/** Each axis continued by its mirror image; the border itself is repeated by `symmetric`. */
function mirrored(x: NDArray, { paddings, mode }: MirrorPadAttrs): NDArray {
  if (mode === 'reflect') return pad(x, paddings, { mode: 'reflect' })
  return paddings.reduce((whole, [before, after], axis) => {
    if (before === 0 && after === 0) return whole
    const size = x.shape[axis]!
    const places = range(before + size + after).map((i) => {
      const place = i - before
      return place < 0 ? -place - 1 : place >= size ? 2 * size - 1 - place : place
    })
    return take(whole, array(Int32Array.from(places)), { axis })
  }, x)
}

/** Channels that hold a block of pixels each. */
function depthToSpace(x: NDArray, { blockSize: block, dataFormat }: DepthToSpaceAttrs): NDArray {
  if (dataFormat !== 'NHWC') return refuse('its channels come first')
  const [items, height, width, depth] = x.shape as readonly [number, number, number, number]
  const channels = depth / (block * block)
  const blocks = reshape(x, [items, height, width, block, block, channels])
  return reshape(permuteDims(blocks, [0, 1, 3, 2, 4, 5]), [items, height * block, width * block, channels])
}

function batchToSpace(x: NDArray, { blockShape, crops }: BatchToSpaceNDAttrs): NDArray {
  const count = product(blockShape)
  const [shape, block] = [[...x.shape], [...blockShape]]
  const blocks = reshape(x, backend_util.getReshaped(shape, block, count))
  const turned = permuteDims(blocks, backend_util.getPermuted(blocks.ndim, block.length))
  const merged = backend_util.getReshapedPermuted(shape, block, count)
  const begin = backend_util.getSliceBeginCoords(crops, block.length)
  return part(reshape(turned, merged), begin, backend_util.getSliceSize(merged, crops, block.length))
}

function spaceToBatch(x: NDArray, { blockShape, paddings }: SpaceToBatchNDAttrs): NDArray {
  const count = product(blockShape)
  const widths = x.shape.map((_, axis) => paddings[axis - 1] ?? [0, 0])
  const wide = pad(x, widths)
  const [shape, block] = [[...wide.shape], [...blockShape]]
  const blocks = reshape(wide, backend_util.getReshaped(shape, block, count, false))
  const turned = permuteDims(blocks, backend_util.getPermuted(blocks.ndim, block.length, false))
  return reshape(turned, backend_util.getReshapedPermuted(shape, block, count, false))
}

/** The elements on the diagonal of twice as many axes. */
function diagonalOf(x: NDArray, shape: readonly number[]): NDArray {
  const count = product(x.shape)
  const column = reshape(x, [count, 1])
  return reshape(where(eye(count, { dtype: 'bool' }), column, zerosLike(column)), shape)
}

/** Sizes that two lists of sizes broadcast to. */
function broadcastSizes(a: NDArray, b: NDArray): NDArray {
  const rank = Math.max(product(a.shape), product(b.shape))
  const [x, y] = [a, b].map((sizes) => pad(sizes, [[rank - product(sizes.shape), 0]], { constantValues: 1 }))
  return where(equal(x!, 1), y!, x!)
}

/** Kernels that move elements. */
export const movement: Family = {
  BatchToSpaceND: kernel(['x'], ([x], attrs: BatchToSpaceNDAttrs) => batchToSpace(x, attrs)),
  BroadcastArgs: kernel(['s0', 's1'], ([a, b]) => broadcastSizes(a, b)),
  BroadcastTo: kernel(['x'], ([x], { shape }: BroadCastToAttrs) => broadcastTo(x, shape)),
  Concat: listKernel((arrays, { axis }: ConcatAttrs) => {
    const [first, ...rest] = arrays.filter(({ shape }) => product(shape) > 0)
    if (first === undefined) return concat([...arrays], { axis })
    return rest.length === 0 ? first : concat([first, ...rest], { axis })
  }),
  DepthToSpace: kernel(['x'], ([x], attrs: DepthToSpaceAttrs) => depthToSpace(x, attrs)),
  Diag: kernel(['x'], ([x], _, [{ shape }]) => diagonalOf(x, shape)),
  ExpandDims: kernel(['input'], ([x], _, [{ shape }]) => reshape(x, shape)),
  FlipLeftRight: kernel(['image'], ([x]) => flip(x, { axis: 2 })),
  MirrorPad: kernel(['x'], ([x], attrs: MirrorPadAttrs) => mirrored(x, attrs)),
  Pack: listKernel((arrays, { axis }: PackAttrs) => stack([...arrays], { axis })),
  PadV2: kernel(['x'], ([x], { paddings, constantValue }: PadV2Attrs) =>
    paddings.every(([before, after]) => before === 0 && after === 0)
      ? x
      : pad(x, paddings, {
          constantValues: x.dtype === 'bool' ? Boolean(constantValue) : (constantValue ?? 0),
        }),
  ),
  Reshape: kernel(['x'], ([x], _, [{ shape }]) => toShape(x, shape)),
  Reverse: kernel(['x'], ([x], { dims }: Partial<ReverseAttrs>) => {
    const axes = dims === undefined || dims === null ? null : [dims].flat()
    return axes?.length === 0 || x.ndim === 0 ? x : flip(x, { axis: axes })
  }),
  Slice: kernel(['x'], ([x], { begin, size }: SliceAttrs, [{ shape }]) =>
    part(x, slice_util.parseSliceParams({ shape: [...x.shape] } as never, begin, size)[0]!, shape),
  ),
  SpaceToBatchND: kernel(['x'], ([x], attrs: SpaceToBatchNDAttrs) => spaceToBatch(x, attrs)),
  SplitV: kernel(['x'], ([x], { axis }: SplitVAttrs, outs) => {
    const along = axis < 0 ? axis + x.ndim : axis
    let at = 0
    return outs.map(({ shape }) => {
      const starts = shape.map((_, i) => (i === along ? at : 0))
      at += shape[along]!
      return part(x, starts, shape)
    })
  }),
  StridedSlice: kernel(['x'], ([x], attrs: StridedSliceAttrs) => stridedSlice(x, attrs)),
  Tile: kernel(['x'], ([x], { reps }: TileAttrs) => (reps.every((count) => count === 1) ? x : tile(x, reps))),
  Transpose: kernel(['x'], ([x], { perm }: TransposeAttrs) => permuted(x, perm)),
  Unpack: kernel(['value'], ([x], { axis }: UnpackAttrs) => unstack(x, { axis })),
}
