"""Recomputes the coefficients of packages/backend-numjs/src/fast-math.ts, and of
packages/onnx/src/lowerings/single-gelu.ts, and prints their relative errors.

Relative minimax fits by Lawson's reweighting in 60 digits. The bound over the float32 inputs: measure-fast-math.mjs.
Run: python -m venv .venv && .venv/bin/pip install mpmath==1.3.0 && .venv/bin/python scripts/fit-fast-math.py
"""
from mpmath import cos, erf, erfc, exp, fabs, log, lu_solve, matrix, mp, mpf, pi, sin, sqrt, tanh

mp.dps = 60
ROUNDS = 30


def value(coefficients, u):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * u + c
    return total


def fit(name, g, low, high, top, bottom):
    """Coefficients of N(u) / D(u) near g(u) on [low, high], degrees top and bottom, D(0) = 1."""
    count = 12 * (top + bottom + 2)
    points = [low + (high - low) * (1 - cos(pi * (2 * i + 1) / (2 * count))) / 2 for i in range(count)]
    truths = [g(u) for u in points]
    importance = [mpf(1)] * count
    below = [mpf(1)]
    best = None
    for _ in range(ROUNDS):
        rows = matrix(count, top + 1 + bottom)
        right = matrix(count, 1)
        for i, (u, truth) in enumerate(zip(points, truths)):
            weight = sqrt(importance[i]) / fabs(truth * value(below, u))
            for j in range(top + 1):
                rows[i, j] = weight * u**j
            for j in range(bottom):
                rows[i, top + 1 + j] = -weight * truth * u ** (j + 1)
            right[i] = weight * truth
        solution = lu_solve(rows.T * rows, rows.T * right)
        above = [solution[j] for j in range(top + 1)]
        below = [mpf(1)] + [solution[top + 1 + j] for j in range(bottom)]
        errors = [fabs(value(above, u) / value(below, u) / t - 1) for u, t in zip(points, truths)]
        if best is None or max(errors) < best[0]:
            best = (max(errors), above, below)
        importance = [w * e for w, e in zip(importance, errors)]
        total = sum(importance)
        importance = [w / total * count + mpf(10) ** -6 for w in importance]
    print(f'{name}: relative error {float(best[0]):.1e}')
    print('  top   ', [float(c) for c in best[1]])
    if bottom:
        print('  bottom', [float(c) for c in best[2]])


def odd(f):
    """f(x) / x as a function of x^2."""
    return lambda u: f(sqrt(u)) / sqrt(u)


tiny = mpf(10) ** -12
fit('tanh', odd(tanh), tiny, mpf(9.02) ** 2, 5, 5)
fit('erf', odd(erf), tiny, mpf(3.95) ** 2, 6, 5)
# 2^f = 1 + f p(f), so that exp(0) is 1 exactly.
fit('exp2', lambda f: (mpf(2) ** f - 1) / f, mpf(-0.5), mpf(0.5), 5, 0)
# log(m) = 2 s + s^3 p(s^2), s = (m - 1) / (m + 1), m within a factor sqrt(2) of 1.
fit('log', odd(lambda s: log((1 + s) / (1 - s))), tiny, mpf(0.1716) ** 2, 4, 0)
fit('sin', odd(sin), tiny, mpf(1.571) ** 2, 5, 0)


def share(u):
    """The share of the normal distribution below -a over exp(-a^2 / 2) t, for t = 1/2 + u = 1 / (1 + 0.375 a)."""
    t = u + mpf(1) / 2
    a = (1 / t - 1) / mpf(0.375)
    return erfc(a / sqrt(2)) / 2 * exp(a * a / 2) / t


fit('gelu', share, 1 / (1 + mpf(0.375) * 15) - mpf(1) / 2, mpf(1) / 2, 9, 0)
