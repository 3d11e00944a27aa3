"""Writes values.json: what numpy gives for functions of many kinds, dtypes and shapes; floats are computed in float64.

    python -m pip install numpy==2.4.6 && python tests/golden/make.py

The same seed and the same numpy write the same file. How numpy spells a function is told by ../numpy/judge.py.
"""

import base64
import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent / "numpy"))
import judge  # noqa: E402

NUMPY = "2.4.6"
if np.__version__ != NUMPY:
    sys.exit(f"these values are made by numpy {NUMPY}, this is {np.__version__}")

rng = np.random.default_rng(20251226)
FLOATS, INTS, COMPLEX = ["float32", "float64"], ["int32", "int64", "uint8"], ["complex64"]
NUMERIC = FLOATS + INTS
ALL = NUMERIC + ["bool"]

UNARY_SHAPES = [[], [5], [2, 3], [0, 3], [2, 1, 3]]
PAIRS = [([], []), ([4], [4]), ([2, 3], [3]), ([2, 1], [1, 3]), ([0, 3], [3])]

arrays, cases = [], []
known = {}


def keep(data):
    """The place of an array in the file; equal ones are written once."""
    data = np.ascontiguousarray(data) if np.ndim(data) else np.asarray(data)
    row = [str(data.dtype), list(data.shape), base64.b64encode(data.tobytes()).decode()]
    key = json.dumps(row)
    if key not in known:
        known[key] = len(arrays)
        arrays.append(row)
    return known[key]


def draw(dtype, shape, low=-4.0, high=4.0):
    """Multiples of 1/8, which every float dtype holds."""
    steps = rng.integers(int(low * 8), int(high * 8) + 1, size=shape) / 8
    if dtype == "bool":
        return steps > 0
    if dtype == "complex64":
        return (steps + 1j * rng.integers(-32, 33, size=shape) / 8).astype(dtype)
    if dtype.startswith("u"):
        return np.abs(steps * 8).astype(dtype)
    return (steps * 8).astype(dtype) if "int" in dtype else np.asarray(steps).astype(dtype)


def wide(x):
    return x.astype({"f": "float64", "c": "complex128"}.get(x.dtype.kind, x.dtype))


def case(op, inputs, params=None):
    params = params or {}
    lists = [x if isinstance(x, list) else [x] for x in inputs]
    given = [[wide(x) for x in xs] if isinstance(inputs[i], list) else wide(xs[0]) for i, xs in enumerate(lists)]
    results = judge.TABLE[op](*given, params)
    many = results if isinstance(results, (list, tuple)) else [results]
    places = [[keep(x) for x in xs] if isinstance(inputs[i], list) else keep(xs[0]) for i, xs in enumerate(lists)]
    cases.append([op, places, params, [keep(x) for x in many]])


def unary(names, dtypes, shapes=UNARY_SHAPES, params=({},), **limits):
    for op in names:
        for dtype in dtypes:
            for shape in shapes:
                for p in params:
                    case(op, [draw(dtype, shape, **limits)], p)


def binary(names, dtypes, low=-4.0, high=4.0):
    for op in names:
        for dtype in dtypes:
            for a, b in PAIRS:
                case(op, [draw(dtype, a), draw(dtype, b, low, high)])


def reductions():
    options = [{"axis": None, "keepdims": False}, {"axis": [-1], "keepdims": True}, {"axis": [0], "keepdims": False}]
    shapes = [[5], [2, 3], [3, 1, 2]]
    unary(["sum", "prod"], FLOATS + ["int32", "int64"] + COMPLEX, shapes, options)
    unary(["mean"], FLOATS, shapes, options)
    unary(["max", "min"], NUMERIC, shapes, options)
    unary(["all", "any"], ALL, shapes, options)
    unary(["std", "var"], FLOATS, shapes, [{**p, "correction": c} for p in options for c in (0, 1)])
    places = [{"axis": None, "keepdims": False}, {"axis": 0, "keepdims": False}, {"axis": 0, "keepdims": True}]
    unary(["argmax", "argmin"], NUMERIC, shapes, places)
    running = [{"axis": 0, "includeInitial": start} for start in (False, True)]
    unary(["cumulativeSum", "cumulativeProd"], FLOATS + ["int32"], [[5], [2, 3]], running)


def movements():
    unary(["flip"], ALL, [[5], [2, 3]], [{"axis": None}, {"axis": [0]}])
    unary(["roll"], ALL, [[5], [2, 3]], [{"shift": [2], "axis": [0]}, {"shift": [-1], "axis": None}])
    unary(["reshape"], ALL, [[2, 3]], [{"shape": [3, 2]}, {"shape": [6]}])
    unary(["permuteDims"], ALL, [[2, 3, 1]], [{"axes": [1, 2, 0]}])
    unary(["matrixTranspose"], ALL + COMPLEX, [[2, 3], [2, 1, 3]])
    unary(["moveaxis"], FLOATS, [[2, 3, 1]], [{"source": [0], "destination": [2]}])
    unary(["swapaxes"], FLOATS, [[2, 3, 1]], [{"axis1": 0, "axis2": 1}])
    unary(["expandDims"], ALL, [[2, 3]], [{"axis": [0]}, {"axis": [2]}])
    unary(["squeeze"], ALL, [[2, 1, 3]], [{"axis": [1]}])
    unary(["broadcastTo"], ALL, [[3], [2, 1]], [{"shape": [2, 3]}])
    unary(["tile"], ALL, [[2, 3]], [{"repetitions": [2, 1]}])
    unary(["tril", "triu"], NUMERIC, [[3, 3], [2, 2, 3]], [{"k": 0}, {"k": -1}])
    for dtype in ALL:
        for axis in (0, 1):
            case("concat", [[draw(dtype, [2, 3]), draw(dtype, [2, 3])]], {"axis": axis})
            case("stack", [[draw(dtype, [2, 3]), draw(dtype, [2, 3])]], {"axis": axis})
            case("take", [draw(dtype, [2, 3]), np.array([1, 0, 1], "int32")], {"axis": axis})


def products():
    for dtype in FLOATS + ["int32"] + COMPLEX:
        for a, b in [([3], [3]), ([2, 3], [3, 2]), ([2, 2, 3], [3, 1]), ([2, 0], [0, 3])]:
            case("matmul", [draw(dtype, a), draw(dtype, b)])
        case("vecdot", [draw(dtype, [2, 3]), draw(dtype, [3])], {"axis": -1 + 2})
        case("outer", [draw(dtype, [2]), draw(dtype, [3])])
        case("tensordot", [draw(dtype, [2, 3]), draw(dtype, [3, 2])], {"axes": 1})
    for dtype in FLOATS:
        case("cross", [draw(dtype, [2, 3]), draw(dtype, [2, 3])], {"axis": 1})


def main():
    unary(["abs", "sign", "square"], NUMERIC)
    unary(["negative"], FLOATS + ["int32", "int64"])
    unary(["ceil", "floor", "round", "trunc"], FLOATS)
    unary(["isfinite", "isinf", "isnan"], FLOATS)
    unary(["exp", "expm1", "exp2", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan"], FLOATS)
    unary(["acos", "asin", "atanh"], FLOATS, low=-1.0, high=1.0)
    unary(["log", "log2", "log10", "sqrt"], FLOATS, low=0.0, high=4.0)
    unary(["acosh"], FLOATS, low=1.0, high=4.0)
    unary(["log1p"], FLOATS, low=-1.0, high=4.0)
    unary(["reciprocal", "signbit"], FLOATS)
    unary(["real", "imag", "conj"], COMPLEX)
    unary(["bitwiseInvert"], INTS + ["bool"])
    unary(["logicalNot"], ["bool"])
    binary(["add", "multiply", "maximum", "minimum"], NUMERIC)
    binary(["subtract"], FLOATS + ["int32", "int64"])
    binary(["add", "subtract", "multiply"], COMPLEX)
    binary(["divide", "atan2", "copysign", "hypot", "logaddexp"], FLOATS)
    binary(["pow"], FLOATS, low=-2.0, high=2.0)
    binary(["floorDivide", "remainder"], FLOATS + ["int32", "uint8"], low=1.0, high=4.0)
    binary(["equal", "notEqual"], ALL)
    binary(["less", "lessEqual", "greater", "greaterEqual"], NUMERIC)
    binary(["bitwiseAnd", "bitwiseOr", "bitwiseXor"], INTS + ["bool"])
    binary(["logicalAnd", "logicalOr", "logicalXor"], ["bool"])
    for dtype in ALL:
        case("where", [draw("bool", [2, 3]), draw(dtype, [2, 3]), draw(dtype, [3])])
    reductions()
    movements()
    products()
    for dtype in NUMERIC:
        for descending in (False, True):
            case("sort", [draw(dtype, [2, 4])], {"axis": 1, "descending": descending, "stable": True})
    for dtype in FLOATS:
        case("argsort", [draw(dtype, [2, 4])], {"axis": 1, "descending": False, "stable": True})
        case("softmax", [draw(dtype, [2, 4])], {"axis": 1})
    lines = [",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) for rows in (arrays, cases)]
    text = f'{{"numpy":"{NUMPY}","arrays":[\n{lines[0]}\n],"cases":[\n{lines[1]}\n]}}\n'
    (here / "values.json").write_text(text)
    print(f"{len(cases)} cases of {len({op for op, *_ in cases})} functions, {len(text)} bytes")


with np.errstate(all="ignore"):
    main()
