"""Images and masks on the grid of a model: isotropic pixels, axes along LPS, slices along the last one (feet to head).

Arrays run [k][j][i] as in src/refinement: i to the left, j to the back, k to the head. What is done here to a case is done to
a segment in src/refinement/reconstruction-grid.ts; the parity test holds the two together.
"""

import numpy as np
from scipy import ndimage

LOW, HIGH = 0.01, 0.99


def to_grid(image, mask, affine, pixel_mm):
    """`affine`: voxel (i, j, k) to LPS mm; arrays indexed [i][j][k]. The whole image, on pixels of that size."""
    affine = np.asarray(affine, float)
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in image.shape], indexing="ij")).reshape(3, -1)
    at = affine[:3, :3] @ corners + affine[:3, 3:]
    first, last = at.min(1), at.max(1)
    size = np.floor((last - first) / pixel_mm + 1e-6).astype(int) + 1
    voxel = np.linalg.inv(affine[:3, :3])
    matrix, offset = voxel * pixel_mm, voxel @ (first - affine[:3, 3])
    move = dict(matrix=matrix, offset=offset, output_shape=tuple(size), order=1, mode="nearest")
    values = ndimage.affine_transform(image.astype(np.float32), **move)
    inside = ndimage.affine_transform(mask.astype(np.float32), **move) >= 0.5
    return np.ascontiguousarray(values.transpose(2, 1, 0)), np.ascontiguousarray(inside.transpose(2, 1, 0))


def box_of(mask):
    at = np.argwhere(mask)
    return at.min(0), at.max(0) + 1


def normalised(values):
    """Values between their first and last percent as 0 to 1."""
    ordered = np.sort(values, axis=None)
    low = ordered[int(LOW * (len(ordered) - 1))]
    high = ordered[int(np.ceil(HIGH * (len(ordered) - 1)))]
    return np.clip((values - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)


def context(image, candidate, pixel_mm, context_mm):
    """The part of the images that the model is shown, as slices: around the candidate, so far within slices and across."""
    low, high = box_of(candidate)
    across, within = round(context_mm[1] / pixel_mm), round(context_mm[0] / pixel_mm)
    margin = np.array([across, within, within])
    return tuple(slice(max(0, l - m), min(n, h + m)) for l, h, m, n in zip(low, high, margin, image.shape))


def window(array, centre, size):
    """`size` x `size` pixels around `centre` (j, i) of every slice; 0 beyond the array."""
    out = np.zeros((array.shape[0], size, size), np.float32)
    start = [int(c) - size // 2 for c in centre]
    src = [slice(max(0, s), max(0, min(n, s + size))) for s, n in zip(start, array.shape[1:])]
    dst = [slice(a.start - s, a.stop - s) for a, s in zip(src, start)]
    out[:, dst[0], dst[1]] = array[:, src[0], src[1]]
    return out


def channels(image, candidate, size):
    """Input [slices][7][size][size]: image and mask of the slice before, this one, the next one; share of slices inside.

    `image` is normalised. Beyond the first and last slice the image repeats and the mask is empty.
    """
    low, high = box_of(candidate)
    centre = [(int(low[axis]) + int(high[axis]) - 1) // 2 for axis in (1, 2)]
    shown = window(image, centre, size)
    inside = window(candidate.astype(np.float32), centre, size)
    footprint = inside.sum(0) / max(1, int(high[0] - low[0]))
    pad = np.zeros_like(inside[:1])
    before_image = np.concatenate([shown[:1], shown[:-1]])
    after_image = np.concatenate([shown[1:], shown[-1:]])
    before = np.concatenate([pad, inside[:-1]])
    after = np.concatenate([inside[1:], pad])
    every = np.broadcast_to(footprint, shown.shape)
    return np.stack([before_image, shown, after_image, before, inside, after, every], 1), centre
