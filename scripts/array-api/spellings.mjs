// How the names of the standard are written here that are no functions of the same name in camel case.

/** Python's operators and conversions. */
export const methods = {
  __abs__: 'x.abs()',
  __add__: 'x.add(y)',
  __and__: 'x.bitwiseAnd(y)',
  __bool__: 'x.item()',
  __complex__: 'x.item()',
  __eq__: 'x.equal(y)',
  __float__: 'x.item(), Number(x)',
  __floordiv__: 'x.floorDivide(y)',
  __ge__: 'x.greaterEqual(y)',
  __getitem__: 'x.at(...index)',
  __gt__: 'x.greater(y)',
  __index__: 'x.item(), Number(x)',
  __int__: 'x.item(), Number(x)',
  __invert__: 'x.bitwiseInvert()',
  __le__: 'x.lessEqual(y)',
  __lshift__: 'x.bitwiseLeftShift(y)',
  __lt__: 'x.less(y)',
  __matmul__: 'x.matmul(y)',
  __mod__: 'x.remainder(y)',
  __mul__: 'x.multiply(y)',
  __ne__: 'x.notEqual(y)',
  __neg__: 'x.negative()',
  __or__: 'x.bitwiseOr(y)',
  __pos__: 'x.positive()',
  __pow__: 'x.pow(y)',
  __rshift__: 'x.bitwiseRightShift(y)',
  __setitem__: 'x.updateAt(...index).set(value), a new array',
  __sub__: 'x.subtract(y)',
  __truediv__: 'x.divide(y)',
  __xor__: 'x.bitwiseXor(y)',
  to_device: 'x.toDevice(device)',
}

/** Operators whose second operand is the array: `__radd__`; and those in place: `__iadd__`. */
export const binary = {
  add: 'add',
  sub: 'subtract',
  mul: 'multiply',
  truediv: 'divide',
  floordiv: 'floorDivide',
  mod: 'remainder',
  pow: 'pow',
  matmul: 'matmul',
  and: 'bitwiseAnd',
  or: 'bitwiseOr',
  xor: 'bitwiseXor',
  lshift: 'bitwiseLeftShift',
  rshift: 'bitwiseRightShift',
}

export const functions = {
  __array_namespace_info__: 'td.arrayNamespaceInfo',
}

/** Names that mean nothing in JavaScript. */
export const reasons = {
  from_dlpack: 'DLPack hands over memory between Python libraries; `td.array` takes typed arrays',
  __array_namespace__:
    "Python's way from an array to its functions: they are methods, and exports of `@tendril/core`",
  __dlpack__:
    'DLPack hands over memory between Python libraries; `x.native()` and `x.data()` give the elements',
  __dlpack_device__: 'DLPack hands over memory between Python libraries; `x.device` names the device',
}

/** Parameters of functions that are no ops, in the order of their arguments and with the names of their options. */
export const plain = {
  asarray: ['obj', 'dtype', 'device', 'copy'],
  broadcast_shapes: ['shapes'],
  can_cast: ['from_', 'to'],
  finfo: ['type'],
  iinfo: ['type'],
  isdtype: ['dtype', 'kind'],
  result_type: ['arrays_and_dtypes'],
  __array_namespace_info__: [],
  'info.capabilities': [],
  'info.default_device': [],
  'info.default_dtypes': ['device'],
  'info.devices': [],
  'info.dtypes': ['device', 'kind'],
}

/** Defaults that are written otherwise here, and mean the same. */
export const defaults = {
  // Without a dtype new arrays are float32, as there is one kind of number in JavaScript; null says the same.
  dtype: (standard, here) => standard === null && here === 'float32',
}
