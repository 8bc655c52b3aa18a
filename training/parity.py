"""Writes what test/training/parity.real.test.ts compares with: python3 parity.py OUT; and of trained weights what
test/reconstructions.test.ts does: python3 parity.py RECIPE WEIGHTS_FOLDER FILE.json

network.onnx and network.f32: a network of random weights, its input and torch's logits. grid.json: a synthetic case and
the channels that this recipe makes of it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from export_onnx import export, load, reference
from grid import channels, context, normalised, to_grid
from network import CHANNELS, UNet

SIZE, SEED = 32, 5


def main(out):
    out = Path(out)
    torch.manual_seed(SEED)
    model = UNet([4, 8, 12])
    model(torch.rand(8, 7, SIZE, SIZE))  # so that its averages are not those of an untouched network
    model.last.weight.data *= 200
    export(model.eval(), SIZE, out / "network.onnx")
    reference(model, SIZE, SEED, out / "network.f32")
    (out / "grid.json").write_text(json.dumps(grid_case()))


def grid_case():
    random = np.random.default_rng(SEED)
    size, spacing = (30, 34, 13), (1.5, 1.5, 3.0)
    affine = np.diag([-spacing[0], -spacing[1], spacing[2], 1])
    i, j, k = np.meshgrid(*[np.arange(n) for n in size], indexing="ij")
    away = ((i - 14) * 1.5) ** 2 + ((j - 18) * 1.2) ** 2 + ((k - 5) * 3) ** 2
    mask, image = away < 81, (200 - away + random.normal(0, 20, size)).round()
    context_mm = [6, 9]
    values, inside = to_grid(image, mask, affine, 1)
    where = context(values, inside, 1, context_mm)
    shown, _ = channels(normalised(values[where]), inside[where], SIZE)
    flat = lambda array: array.transpose(2, 1, 0).ravel().tolist()
    return {
        "size": size, "affine": affine.ravel().tolist(), "image": flat(image), "mask": flat(mask.astype(int)),
        "modelSize": SIZE, "contextMm": context_mm, "slices": len(shown),
        "sums": shown.astype(float).sum((2, 3)).ravel().tolist(), "first": shown[len(shown) // 2].astype(float).ravel().tolist(),
    }


def trained(recipe_path, weights, out):
    """Logits along a diagonal, of an input that needs no file."""
    recipe = json.loads(Path(recipe_path).read_text())
    size = recipe["size"]
    count = CHANNELS * size * size
    inputs = (np.arange(count) * 7919 % 1000 / 1000).astype(np.float32).reshape(1, CHANNELS, size, size)
    with torch.no_grad():
        logits = load(recipe, Path(weights))(torch.from_numpy(inputs)).numpy()[0, 0]
    Path(out).write_text(json.dumps({"id": recipe["id"], "diagonal": np.diagonal(logits).astype(float).round(6).tolist()}) + "\n")


if __name__ == "__main__":
    trained(*sys.argv[1:]) if len(sys.argv) > 2 else main(sys.argv[1])
