"""Reference vectors of the published scores, by numpy alone: python3 reference.py > reference.json

Written from the formulas, not from the TypeScript: numpy's quantiles, a flood fill instead of runs and union-find.
"""
import json

import numpy as np

EPS = 1e-6


def lcg(seed, count):
    """Uniform in [0, 1): exact in double precision everywhere."""
    state, out = seed, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(state / 2**32)
    return np.array(out)


def make(side, seed, noise, blobs):
    y, x = np.divmod(np.arange(side * side), side)
    values = noise * lcg(seed, side * side)
    for cx, cy, sigma, height in blobs:
        values = values + height * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma**2))
    return values


def pieces(active):
    seen, side = np.zeros_like(active), active.shape[0]
    for start in np.argwhere(active):
        if seen[tuple(start)]:
            continue
        stack, piece = [tuple(start)], []
        seen[tuple(start)] = True
        while stack:
            r, c = stack.pop()
            piece.append((r, c))
            for dr in (-1, 0, 1):
                for dc in (-1, 0, 1):
                    n = (r + dr, c + dc)
                    if 0 <= n[0] < side and 0 <= n[1] < side and active[n] and not seen[n]:
                        seen[n] = True
                        stack.append(n)
        yield tuple(np.array(piece).T)


def scores(values, side):
    q50, q95 = np.quantile(values, [0.5, 0.95])
    top = np.sort(values)[::-1][: max(1, int(values.size * 0.05))].mean()
    raw = max(0.0, (top - q50) / (q95 - q50 + EPS))
    strength = 1 / (1 + np.exp(-(raw - 1.2) / 0.6))
    score = np.maximum(0, (values - q50) / (q95 - q50 + EPS)).reshape(side, side)
    padded = np.pad(score, 1)
    score = sum(padded[a : a + side, b : b + side] for a in range(3) for b in range(3)) / 9
    if not (score > 0).any():
        return raw, strength, 0.0, 0.0
    active = score >= max(np.quantile(score[score > 0], 0.8), 0.4)
    if not active.any():
        return raw, strength, 0.0, 0.0
    at = np.argwhere(active)
    weight = score[active]
    centre = (weight[:, None] * at).sum(0) / (weight.sum() + EPS)
    distance = np.sqrt(((at - centre) ** 2).sum(1))
    spread = (weight * distance).sum() / (weight.sum() * (np.hypot(side - 1, side - 1) + EPS) + EPS)
    best = max(score[piece].sum() for piece in pieces(active))
    return raw, strength, np.exp(-spread / 0.18), min(1.0, best / (score[active].sum() + EPS))


CASES = [
    ("uniform noise", 24, 1, 1.0, []),
    ("one blob", 32, 2, 0.3, [[11, 19, 3.0, 2.0]]),
    ("two equal blobs", 32, 3, 0.2, [[7, 15, 2.5, 1.5], [24, 15, 2.5, 1.5]]),
    ("a large blob", 16, 4, 0.1, [[8, 8, 5.0, 1.0]]),
    ("a blob in the corner", 20, 5, 0.5, [[0, 0, 2.0, 3.0]]),
    ("a point", 8, 6, 0.0, [[3, 4, 0.1, 1.0]]),
    ("flat", 6, 7, 0.0, []),
    ("one value", 1, 8, 1.0, []),
]

print(
    json.dumps(
        [
            dict(
                zip(
                    ["name", "side", "seed", "noise", "blobs", "strengthRaw", "strength", "compactness", "purity"],
                    [name, side, seed, noise, blobs, *map(float, scores(make(side, seed, noise, blobs), side))],
                )
            )
            for name, side, seed, noise, blobs in CASES
        ],
        indent=1,
    )
)
