"""Weights to ONNX, and what the parity test compares. python3 export_onnx.py recipes/hippocampus-mr.json OUT MODELS"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch

from network import CHANNELS, UNet

OPSET = 14


def main(recipe_path, out, models):
    recipe = json.loads(Path(recipe_path).read_text())
    out, models = Path(out), Path(models)
    model = load(recipe, out)
    path = models / f"{recipe['id']}.onnx"
    export(model, recipe["size"], path)
    print(path, path.stat().st_size, "bytes", hashlib.sha256(path.read_bytes()).hexdigest())


def load(recipe, out):
    model = UNet(recipe["network"]["widths"])
    model.load_state_dict(torch.load(out / "model.pt"))
    return model.eval()


def export(model, size, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model, torch.zeros(1, CHANNELS, size, size), str(path), opset_version=OPSET, do_constant_folding=True,
        input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "slices"}, "logits": {0: "slices"}},
    )


def reference(model, size, seed, path):
    """Input and logits of torch, as float32 one after the other: what onnxruntime-node must give, too."""
    inputs = np.random.default_rng(seed).random((3, CHANNELS, size, size), np.float32)
    with torch.no_grad():
        logits = model(torch.from_numpy(inputs)).numpy()
    path.write_bytes(inputs.tobytes() + logits.tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:4])
