"""The public API of Tendril as a namespace of the Python array API standard, for suites that are written in Python.

`import array_api_bridge as xp` starts the bridge of Node (README.md beside this file); only Python itself is needed.
TENDRIL_BACKEND names the engine, `numjs` by default; TENDRIL_NODE the node to run.
"""

import atexit
import functools
import itertools
import json
import math
import operator
import os
import re
import struct
import subprocess
import sys
from collections import namedtuple
from types import EllipsisType, SimpleNamespace

__array_api_version__ = "2025.12"
_this = sys.modules[__name__]
_main = os.path.join(os.path.dirname(os.path.abspath(__file__)), "main.mjs")


class BridgeError(Exception):
    """An error of the library; `kind` is its class there."""

    kind = "Error"


class _Bad(BridgeError, ValueError, TypeError):
    """Wrong arguments: Python's suites ask for either class."""


class _BadIndex(_Bad, IndexError):
    pass


class _Missing(BridgeError, NotImplementedError, AttributeError):
    pass


class dtype:
    def __init__(self, name, code, size):
        self.name, self.code, self.size = name, code, size

    def __repr__(self):
        return self.name

    def __eq__(self, other):
        return isinstance(other, dtype) and other.name == self.name

    def __hash__(self):
        return hash(self.name)


_dtypes = {
    name: dtype(name, code, size)
    for name, code, size in [
        ("bool", "?", 1), ("int8", "b", 1), ("int16", "h", 2), ("int32", "i", 4), ("int64", "q", 8),
        ("uint8", "B", 1), ("uint16", "H", 2), ("uint32", "I", 4), ("uint64", "Q", 8),
        ("float32", "f", 4), ("float64", "d", 8), ("complex64", "ff", 8), ("complex128", "dd", 16),
        ("float16", "e", 2),
    ]
}  # fmt: skip
for _name, _dtype in _dtypes.items():
    setattr(_this, _name, _dtype)  # `bool` too: the builtin is type(True) below

e, pi, inf, nan, newaxis = math.e, math.pi, math.inf, math.nan, None

_process = None
_ids = itertools.count(1)


def _start():
    global _process
    if _process is None or _process.poll() is not None:
        command = [os.environ.get("TENDRIL_NODE", "node"), _main, os.environ.get("TENDRIL_BACKEND", "numjs")]
        _process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        atexit.register(_process.kill)
    return _process


def _bounds(value):
    return value.start, value.stop, value.step


def _write(value, arrays):
    if isinstance(value, Array):
        arrays.append(value)
        return {"$array": len(arrays) - 1}
    if isinstance(value, dtype):
        return value.name
    if value is True or value is False or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"$bigint": str(value)}
    if isinstance(value, float):
        if math.isnan(value):
            return {"$number": "NaN"}
        if math.isinf(value):
            return {"$number": "Infinity" if value > 0 else "-Infinity"}
        return {"$number": "-0"} if value == 0 and math.copysign(1, value) < 0 else value
    if isinstance(value, complex):
        return {"$complex": [_write(value.real, arrays), _write(value.imag, arrays)]}
    if isinstance(value, slice):
        return {"$slice": [bound if bound is None else operator.index(bound) for bound in _bounds(value)]}
    if isinstance(value, EllipsisType):
        return "..."
    if isinstance(value, (list, tuple)):
        return [_write(item, arrays) for item in value]
    if hasattr(value, "__index__"):
        return _write(value.__index__(), arrays)
    raise TypeError(f"{value!r} cannot be an argument")


_words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}


def _read(value, arrays):
    if isinstance(value, list):
        return tuple(_read(item, arrays) for item in value)
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, inner),) = value.items()
        if key == "$array":
            return arrays[inner]
        if key == "$number":
            return _words[inner]
        if key == "$bigint":
            return int(inner)
        if key == "$complex":
            return complex(*(_read(part, arrays) for part in inner))
        if key == "$undefined":
            return None
    return {name: _read(item, arrays) for name, item in value.items()}


# What the standard calls by capital letters.
_letters = {("q", "r"): {"q": "Q", "r": "R"}, ("u", "s", "vh"): {"u": "U", "s": "S", "vh": "Vh"}}


def _named(record):
    """A record of results as a named tuple."""
    names = {_letters.get(tuple(record), {}).get(name, _snake(name)): value for name, value in record.items()}
    return namedtuple("Result", names)(**names)


def call(fn, *args, then=(), **options):
    """Calls `fn` of the public API; options are named as there."""
    process = _start()
    arrays = []
    message = {"id": next(_ids), "fn": fn, "args": [_write(arg, arrays) for arg in args]}
    if options:
        message["options"] = {name: _write(value, arrays) for name, value in options.items()}
    if then:
        message["then"] = [{"fn": name, "args": [_write(arg, arrays) for arg in rest]} for name, *rest in then]
    message["arrays"] = [{"dtype": a.dtype.name, "shape": a.shape, "bytes": len(a._bytes)} for a in arrays]
    process.stdin.write(json.dumps(message).encode() + b"\n" + b"".join(a._bytes for a in arrays))
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise BridgeError(f"the bridge ended at {fn}")
    answer = json.loads(line)
    made = [
        Array(_dtypes[one["dtype"]], tuple(one["shape"]), process.stdout.read(one["bytes"]))
        for one in answer["arrays"]
    ]
    if "error" in answer:
        kind, text = answer["error"]["class"], answer["error"]["message"]
        missing = kind in ("ReferenceError", "UnsupportedOpError")
        outside = fn == ".at" or "index" in text or "has to lie in" in text
        Kind = _Missing if missing else _BadIndex if outside else _Bad
        error = Kind(f"{kind}: {text}")
        error.kind = kind
        raise error
    result = _read(answer["result"], made)
    return _named(result) if isinstance(result, dict) else result


class Array:
    """Elements on this side, row by row; each function sends them."""

    def __init__(self, dtype, shape, data):
        self.dtype, self.shape, self._bytes = dtype, shape, data

    device = "cpu"
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))
    T = property(lambda self: call(".T", self))
    mT = property(lambda self: call(".mT", self))

    def _elements(self):
        flat = list(struct.unpack(f"<{self.size * len(self.dtype.code)}{self.dtype.code[0]}", self._bytes))
        if len(self.dtype.code) == 2:
            return [complex(*flat[i : i + 2]) for i in range(0, len(flat), 2)]
        return flat

    def _item(self, kind):
        if self.size != 1 or self.ndim != 0:
            raise TypeError(f"an array of shape {self.shape} is no {kind.__name__}")
        return self._elements()[0]

    def __bool__(self):
        return type(True)(self._item(type(True)))

    def __int__(self):
        return int(self._item(int))

    def __float__(self):
        return float(self._item(float))

    def __complex__(self):
        return complex(self._item(complex))

    def __index__(self):
        if "int" not in self.dtype.name:
            raise TypeError(f"{self.dtype} is no integer")
        return self._item(int)

    def tolist(self):
        flat = self._elements()
        for size in reversed(self.shape[1:]):
            flat = [flat[i : i + size] for i in range(0, len(flat), size)] if size else []
        return flat if self.ndim else flat[0]

    def __repr__(self):
        return f"Array({self.tolist() if self.size else []}, dtype={self.dtype}, shape={self.shape})"

    def __len__(self):
        if not self.ndim:
            raise TypeError("it has no axes")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __hash__(self):
        raise TypeError("arrays have no hash")

    def __array_namespace__(self, *, api_version=None):
        if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12", "2025.12"):
            raise ValueError(f"there is no version {api_version}")
        return _this

    def to_device(self, device, /, *, stream=None):
        if device != "cpu" or stream is not None:
            raise ValueError(f"there is no device {device}")
        return self

    def __getitem__(self, key):
        return call(".at", self, *_key(key))

    def __setitem__(self, key, value):
        if isinstance(value, Array) and value.dtype != self.dtype:
            value = astype(value, self.dtype)  # noqa: F821
        changed = call(".updateAt", self, *_key(key), then=[(".set", value)])
        self._bytes = changed._bytes


def _key(key):
    key = key if isinstance(key, tuple) else (key,)
    return [slice(item.start, item.stop, 1 if item.step is None else item.step) if isinstance(item, slice)
            else item for item in key]  # fmt: skip


_operators = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "pow", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor", "lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift",
}  # fmt: skip
_comparisons = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal",
                "ne": "not_equal"}  # fmt: skip
_unary = {"neg": "negative", "pos": "positive", "abs": "abs", "invert": "bitwise_invert"}
_scalars = (int, float, complex)


def _kind(array):
    name = array.dtype.name
    return 0 if name == "bool" else 1 if "int" in name else 2 if name.startswith("float") else 3


def _operand(op, array, other):
    """What Python's operators take: arrays, and scalars of a kind that the array's dtype holds."""
    if isinstance(other, Array):
        return True
    if not isinstance(other, _scalars):
        return False
    kind = 0 if isinstance(other, type(True)) else [int, float, complex].index(type(other)) + 1
    if kind > _kind(array) or (kind == 0 and _kind(array) != 0):
        raise TypeError(f"{op} of {array.dtype} and a {type(other).__name__}")
    return True


def _attach():
    def binary(name, fn):
        js = _name_of(fn)

        def forward(self, other):
            return call(js, self, other) if _operand(name, self, other) else NotImplemented

        def reflected(self, other):
            return call(js, other, self) if _operand(name, self, other) else NotImplemented

        def inplace(self, other):
            result = forward(self, other)
            if result is NotImplemented:
                return result
            if result.shape != self.shape or result.dtype != self.dtype:
                raise TypeError(f"{name}: {result.dtype}{result.shape} cannot be kept in {self.dtype}{self.shape}")
            self._bytes = result._bytes
            return self

        return forward, reflected, inplace

    for name, fn in {**_operators, **_comparisons}.items():
        forward, reflected, inplace = binary(name, fn)
        setattr(Array, f"__{name}__", forward)
        if name in _operators:
            setattr(Array, f"__r{name}__", reflected)
            setattr(Array, f"__i{name}__", inplace)
    for name, fn in _unary.items():
        setattr(Array, f"__{name}__", (lambda js: lambda self: call(js, self))(_name_of(fn)))


def _name_of(name):
    """A name as it is written in JavaScript."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def _snake(name):
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), name)


_attach()

# --- functions: names are translated, and keywords become the options object ---

# Arguments that Python takes by keyword too and the library by position, in order.
_positional = {
    "reshape": ("shape",), "broadcast_to": ("shape",), "permute_dims": ("axes",), "expand_dims": ("axis",),
    "squeeze": ("axis",), "moveaxis": ("source", "destination"), "roll": ("shift",), "tile": ("repetitions",),
    "repeat": ("repeats",), "take": ("indices",), "take_along_axis": ("indices",), "astype": ("dtype",),
    "full": ("shape", "fill_value"), "full_like": ("fill_value",), "zeros": ("shape",), "ones": ("shape",),
    "empty": ("shape",), "eye": ("n_rows",), "isdtype": ("kind",), "matrix_power": ("n",), "searchsorted": ("x2",),
}  # fmt: skip

def _number_dtype(values):
    """The dtype of Python's numbers: JavaScript does not tell whole numbers from floats."""
    kinds = {type(value) for value in values}
    if complex in kinds:
        return _dtypes["complex64"]
    if float in kinds:
        return _dtypes["float32"]
    return _dtypes["int32"] if int in kinds else None


def _shape_of(data):
    return [len(data), *_shape_of(data[0])] if isinstance(data, (list, tuple)) else []


def _flat(data):
    return itertools.chain.from_iterable(map(_flat, data)) if isinstance(data, (list, tuple)) else [data]


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    if isinstance(obj, Array):
        if dtype not in (None, obj.dtype):
            if copy is False:
                raise ValueError("another dtype is a copy")
            return call("astype", obj, dtype)
        return obj if copy is not True else Array(obj.dtype, obj.shape, obj._bytes)
    if copy is False:
        raise ValueError("what is no array has to be copied")
    flat = list(_flat(obj))
    if any(isinstance(item, Array) for item in flat):
        unwrap = lambda item: [unwrap(one) for one in item] if isinstance(item, (list, tuple)) else (
            item.tolist() if isinstance(item, Array) else item)  # fmt: skip
        return asarray(unwrap(obj), dtype=dtype or next(i.dtype for i in flat if isinstance(i, Array)))
    dtype = dtype or _number_dtype(flat)
    if any(isinstance(item, float) and item != item and math.copysign(1, item) < 0 for item in flat):
        # JSON has no NaN with a sign: the elements are sent as they are.
        raw = Array(_dtypes["float64"], (len(flat),), struct.pack(f"<{len(flat)}d", *flat))
        shape = _shape_of(obj)
        return astype(call("reshape", raw, shape), dtype)
    return call("asarray", obj, **({"dtype": dtype} if dtype else {}))


class _Function:
    """A public function; its parameters are written in JavaScript, so that Python cannot look at them."""

    def __init__(self, name, js):
        self.__name__, self._js = name, js

    @property
    def __signature__(self):
        raise ValueError(f"{self.__name__} is no function of Python")

    def __call__(self, *args, **options):
        name = self.__name__
        if name in ("arange", "full") and options.get("dtype") is None:
            values = args[1:] if name == "full" else (*args, *(options.get(key) for key in ("stop", "step")))
            values = (options["fill_value"],) if "fill_value" in options else values
            options["dtype"] = _number_dtype([value for value in values if isinstance(value, _scalars)])
        return _called(name, self._js, args, options)


def _called(name, js, args, options):
    args = list(args)
    for parameter in _positional.get(name, ()):
        if parameter in options:
            args.append(options.pop(parameter))
    return call(js, *args, **{_name_of(option): value for option, value in options.items()})


@functools.cache
def _is_public(js):
    try:
        call(js)
    except BridgeError as error:
        return f"there is no {js}" not in str(error)
    return True


def _space(prefix=""):
    def find(name):
        if name.startswith("_"):
            raise AttributeError(name)
        js = prefix + _name_of(name)
        if not _is_public(js):
            raise AttributeError(f"the public API has no {js}")

        return _Function(name, js)

    return find


def __getattr__(name):
    return _space()(name)


class _Namespace:
    def __init__(self, prefix):
        self._find = _space(prefix)

    def __getattr__(self, name):
        return self._find(name)


linalg, fft = _Namespace("linalg."), _Namespace("fft.")


def eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None):
    k = max(-(2**53) + 1, min(k, 2**53 - 1))  # past every matrix; larger ones are no safe integers
    options = {"k": k} if dtype is None else {"k": k, "dtype": dtype}
    return call("eye", n_rows, *([] if n_cols is None else [n_cols]), **options)


def linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True):
    return call("linspace", start, stop, num, endpoint=endpoint, **({} if dtype is None else {"dtype": dtype}))


def clip(x, /, min=None, max=None):
    return call("clip", x, min, max)


def permute_dims(x, /, axes):
    return call("permuteDims", x, axes)


def isdtype(dtype, kind):
    return call("isdtype", dtype, kind)


def result_type(*arrays_and_dtypes):
    return _dtypes[call("resultType", *arrays_and_dtypes)]


def can_cast(from_, to, /):
    return call("canCast", from_, to)


def _info(js, type):
    found = call(js, type)._asdict()
    return SimpleNamespace(**{**found, "dtype": _dtypes[found["dtype"]]})


def finfo(type, /):
    return _info("finfo", type)


def iinfo(type, /):
    return _info("iinfo", type)


def concat(arrays, /, *, axis=0):
    return call("concat", list(arrays), axis=axis)


def stack(arrays, /, *, axis=0):
    return call("stack", list(arrays), axis=axis)


def broadcast_arrays(*arrays):
    return call("broadcastArrays", *arrays)


def broadcast_shapes(*shapes):
    return tuple(call("broadcastShapes", *shapes))


def meshgrid(*arrays, indexing="xy"):
    return call("meshgrid", *arrays, indexing=indexing)


def astype(x, dtype, /, *, copy=True, device=None):
    return call("astype", x, dtype)


_groups = {
    "bool": ["bool"],
    "signed integer": ["int8", "int16", "int32", "int64"],
    "unsigned integer": ["uint8", "uint16", "uint32", "uint64"],
    "real floating": ["float32", "float64"],
    "complex floating": ["complex64", "complex128"],
}
_groups["integral"] = _groups["signed integer"] + _groups["unsigned integer"]
_groups["numeric"] = _groups["integral"] + _groups["real floating"] + _groups["complex floating"]


class _Info:
    def capabilities(self):
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self):
        return "cpu"

    def devices(self):
        return ("cpu",)

    def default_dtypes(self, *, device=None):
        return {"real floating": _dtypes["float32"], "complex floating": _dtypes["complex64"],
                "integral": _dtypes["int32"], "indexing": _dtypes["int32"]}  # fmt: skip

    def dtypes(self, *, device=None, kind=None):
        kinds = ["bool", "numeric"] if kind is None else [kind] if isinstance(kind, str) else kind
        return {name: _dtypes[name] for one in kinds for name in _groups[one]}


def __array_namespace_info__():
    return _Info()
