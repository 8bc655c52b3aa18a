"""What goes wrong with masks, in three dimensions and in pixels of the model's grid. Same generator, same result.

Every function takes and gives a mask [k][j][i]; the list is that of nnQC's signed-distance edits and of what programs do.
"""

import numpy as np
from scipy import ndimage


def signed_distance(mask):
    """Positive inside."""
    return ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)


def smooth_field(shape, sigma, random):
    field = ndimage.gaussian_filter(random.standard_normal(shape).astype(np.float32), sigma)
    return field / max(1e-6, float(field.std()))


def rough(mask, image, random):
    field = smooth_field(mask.shape, random.uniform(1.5, 6), random)
    return signed_distance(mask) + random.uniform(0.7, 3) * field > 0


def thinner(mask, image, random):
    distance = signed_distance(mask)
    return distance > random.uniform(0.1, 0.6) * distance.max()


def thicker(mask, image, random):
    return signed_distance(mask) > -random.uniform(0.6, 4.5)


def moved(mask, image, random):
    by = random.uniform(-1, 1, 3)
    by *= random.uniform(1, 11) / max(1e-6, np.linalg.norm(by))
    return ndimage.shift(mask.astype(np.float32), by, order=1) > 0.5


def turned(mask, image, random):
    centre = np.argwhere(mask).mean(0)
    a, b = random.choice(3, 2, replace=False)
    angle = random.uniform(-0.6, 0.6)
    matrix = np.eye(3)
    matrix[a, a] = matrix[b, b] = np.cos(angle)
    matrix[a, b], matrix[b, a] = -np.sin(angle), np.sin(angle)
    matrix = matrix @ np.diag(random.uniform(0.7, 1.4, 3))
    return ndimage.affine_transform(mask.astype(np.float32), matrix, centre - matrix @ centre, order=1) > 0.5


def ball(shape, centre, radii):
    grids = np.ogrid[tuple(slice(0, n) for n in shape)]
    return sum(((g - c) / r) ** 2 for g, c, r in zip(grids, centre, radii)) <= 1


def with_ball(mask, image, random):
    """Beside it, or bitten out of it."""
    rim = np.argwhere(ndimage.binary_dilation(mask, iterations=int(random.integers(1, 10))) ^ mask)
    is_bite = random.random() < 0.5
    centre = rim[random.integers(len(rim))] if len(rim) else np.argwhere(mask).mean(0)
    part = ball(mask.shape, centre, random.uniform(2, 9, 3))
    return mask & ~part if is_bite else mask | part


def split(mask, image, random):
    field = smooth_field(mask.shape, random.uniform(4, 10), random)
    return mask & (field > np.median(field[mask]))


def cut(mask, image, random):
    """Ends flat on one side, across the slices more often than not."""
    axis = int(random.choice(3, p=[0.7, 0.15, 0.15]))
    at = np.flatnonzero(mask.any(tuple(a for a in range(3) if a != axis)))
    count = int(np.ceil(random.uniform(0.1, 0.6) * len(at)))
    gone = at[:count] if random.random() < 0.5 else at[-count:]
    out = mask.copy()
    out[tuple(gone if a == axis else slice(None) for a in range(3))] = False
    return out


def gapped(mask, image, random):
    at = np.flatnonzero(mask.any((1, 2)))
    start = int(random.integers(0, max(1, len(at) - 2)))
    out = mask.copy()
    out[at[start : start + int(random.integers(1, 7))]] = False
    return out


def simple(mask, image, random):
    """The ellipsoid or box of its extent."""
    at = np.argwhere(mask)
    low, high = at.min(0), at.max(0)
    if random.random() < 0.5:
        out = np.zeros_like(mask)
        out[tuple(slice(l, h + 1) for l, h in zip(low, high))] = True
        return out
    return ball(mask.shape, (low + high) / 2, np.maximum(1, (high - low + 1) / 2))


def prolonged(mask, image, random):
    """The end slice goes on where the structure does not."""
    at = np.flatnonzero(mask.any((1, 2)))
    end, step = (at[-1], 1) if random.random() < 0.5 else (at[0], -1)
    shape = ndimage.binary_dilation(mask[end], iterations=int(random.integers(0, 3)))
    out = mask.copy()
    for away in range(1, int(random.integers(2, 9))):
        if 0 <= end + step * away < len(mask):
            out[end + step * away] |= shape
    return out


def spilled(mask, image, random):
    """Flows into what looks the same nearby, as programs do."""
    inside = image[mask]
    spread = max(1e-6, float(inside.std()))
    alike = np.abs(ndimage.gaussian_filter(image, 0.7) - inside.mean()) < random.uniform(0.4, 1.2) * spread
    reach = ndimage.binary_dilation(mask, iterations=int(random.integers(2, 7)))
    core = signed_distance(mask) > random.uniform(0, 3)
    return ndimage.binary_propagation(core, mask=alike & reach) | core


EDITS = [
    (rough, 4), (thinner, 2), (thicker, 2), (moved, 2), (turned, 2), (with_ball, 3), (split, 1), (cut, 3), (gapped, 1.5),
    (simple, 0.7), (prolonged, 1.5), (spilled, 2),
]
WEIGHTS = np.array([weight for _, weight in EDITS]) / sum(weight for _, weight in EDITS)
UNTOUCHED = 0.08
ANOTHERS = 0.08
PIXELS_MIN = 30


def corrupted(mask, image, others, random):
    """Up to three edits; now and then none, or the mask of another patient in its place. Never empty."""
    if random.random() < UNTOUCHED:
        return mask
    out = anothers(mask, others, random) if random.random() < ANOTHERS else mask
    for n in random.choice(len(EDITS), int(random.integers(1, 4)), replace=False, p=WEIGHTS):
        after = EDITS[n][0](out, image, random)
        if after.sum() >= PIXELS_MIN:
            out = after
    return out


def anothers(mask, others, random):
    other = others[int(random.integers(len(others)))]
    out = np.zeros_like(mask)
    shift = np.round(np.argwhere(mask).mean(0) - np.argwhere(other).mean(0)).astype(int)
    at = np.argwhere(other) + shift
    at = at[((at >= 0) & (at < mask.shape)).all(1)]
    out[tuple(at.T)] = True
    return out if out.any() else mask
