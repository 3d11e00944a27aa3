"""Holds linear algebra against numpy: calls with their results on standard input, how far each is off on standard output."""

import json
import sys

import numpy as np


def matrices(given):
    if "im" in given:
        return (np.array(given["data"]) + 1j * np.array(given["im"])).reshape(given["shape"])
    return np.array(given["data"], dtype="float64").reshape(given["shape"])


def far(ours, theirs):
    """The largest difference, as a share of the largest element of each matrix."""
    assert ours.shape == theirs.shape, f"{ours.shape} where numpy has {theirs.shape}"
    if ours.size == 0:
        return 0.0
    return float(np.max(np.abs(ours - theirs)) / max(float(np.max(np.abs(theirs))), 1e-300))


def condition(x):
    return float(np.max(np.linalg.cond(x))) if x.size else 1.0


def with_positive_diagonal(q, r):
    count = min(r.shape[-2:])
    diagonal = np.diagonal(r, 0, -2, -1)
    sign = np.ones((*r.shape[:-2], r.shape[-2]), r.dtype)
    sign[..., :count] = diagonal / np.abs(diagonal)
    return q * sign[..., None, :], r * np.conj(sign)[..., :, None]


def turned(vectors):
    """Columns whose first element of at least 0.3 of the largest magnitude is positive."""
    size = np.abs(vectors)
    first = np.argmax(size >= 0.3 * np.max(size, axis=-2, keepdims=True), axis=-2)[..., None, :]
    lead = np.take_along_axis(vectors, first, -2)
    return vectors * np.conj(lead / np.abs(lead))


def adjoint(x):
    return np.conj(np.swapaxes(x, -1, -2))


def eig(x, results, p):
    """By what eigenvectors are, and by numpy's eigenvalues, which come in another order."""
    values, vectors = results
    conditions = condition(np.linalg.eig(x)[1])
    off = far(x @ vectors, vectors * values[..., None, :]) * float(np.max(np.abs(values))) / float(np.max(np.abs(x)))
    lengths = far(np.linalg.vector_norm(vectors, axis=-2), np.ones(values.shape))
    return max(off, lengths, far(vectors, turned(vectors)), eigvals(x, [values], p) / conditions)


def eigvals(x, results, p):
    values, theirs = results[0], np.linalg.eigvals(x)
    assert x.dtype.kind == "c" or np.all(np.sum(values.imag, axis=-1) == 0)
    distances = np.min(np.abs(values[..., :, None] - theirs[..., None, :]), axis=-1)
    return float(np.max(distances)) / float(np.max(np.abs(x))) / condition(np.linalg.eig(x)[1])


def gap(values):
    """The smallest distance of two values, as a share of the largest."""
    if values.shape[-1] < 2:
        return 1.0
    return float(np.min(np.abs(np.diff(values, axis=-1)))) / float(np.max(np.abs(values)))


def qr(x, results, p):
    q, r = with_positive_diagonal(*np.linalg.qr(x, p["mode"]))
    count = min(x.shape[-2:])
    shares = condition(x[..., :count])
    return max(far(results[0][..., :count], q[..., :count]), far(results[1], r)) / shares


def eigh(x, results, p):
    values, vectors = np.linalg.eigh(x)
    return max(far(results[0], values), far(results[1], turned(vectors)) * gap(values))


def svd(x, results, p):
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    k = s.shape[-1]
    tall = x.shape[-2] >= x.shape[-1]
    ours = adjoint(results[2][..., :k, :]) if tall else results[0][..., :k]
    vectors = far(ours, turned(adjoint(vh) if tall else u)) * gap(s)
    product = (results[0][..., :k] * results[1][..., None, :]) @ results[2][..., :k, :]
    return max(far(results[1], s), far(product, x), vectors)


def by(fn):
    return lambda x, results, p: far(results[0], np.asarray(fn(x, p)))


def over_condition(fn):
    return lambda x, results, p: far(results[0], np.asarray(fn(x, p))) / condition(x)


def slogdet(x, results, p):
    sign, logarithm = np.linalg.slogdet(x)
    return max(far(results[0], np.asarray(sign)), far(results[1], np.asarray(logarithm)) / condition(x))


def norm(x, p):
    ord = {"Infinity": np.inf, "-Infinity": -np.inf}.get(p["ord"], p["ord"])
    return np.linalg.matrix_norm(x, ord=ord, keepdims=p["keepdims"])


TABLE = {
    "cholesky": over_condition(lambda x, p: np.linalg.cholesky(x, upper=p["upper"])),
    "det": over_condition(lambda x, p: np.linalg.det(x)),
    "eig": eig,
    "eigh": eigh,
    "eigvals": eigvals,
    "eigvalsh": by(lambda x, p: np.linalg.eigvalsh(x)),
    "inv": over_condition(lambda x, p: np.linalg.inv(x)),
    "matrixNorm": by(norm),
    "matrixPower": over_condition(lambda x, p: np.linalg.matrix_power(x, p["n"])),
    "matrixRank": by(lambda x, p: np.linalg.matrix_rank(x)),
    "pinv": over_condition(lambda x, p: np.linalg.pinv(x)),
    "qr": qr,
    "slogdet": slogdet,
    "solve": over_condition(lambda x, p: np.linalg.solve(x, matrices(p["right"]))),
    "svd": svd,
    "svdvals": by(lambda x, p: np.linalg.svdvals(x)),
}

with np.errstate(all="ignore"):
    calls = json.load(sys.stdin)
    results = [[matrices(result) for result in call["results"]] for call in calls]
    json.dump(
        [TABLE[call["fn"]](matrices(call["x"]), given, call["params"]) for call, given in zip(calls, results)],
        sys.stdout,
    )
