"""Trains the reconstruction model of one structure. python3 train.py recipes/hippocampus-mr.json DATA OUT"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage
from torch import nn

from corruptions import corrupted
from grid import channels, context, normalised, window
from network import UNet, parameters
from read_cases import read_cases

AVERAGING = 0.995
REPORT_EVERY = 25


def main(recipe_path, data, out):
    recipe = json.loads(Path(recipe_path).read_text())
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(recipe["seed"])
    train_count = recipe["split"]["train"]
    cases = [case for _, case in zip(range(train_count), read_cases(data, recipe["pixelMm"]))]
    model = UNet(recipe["network"]["widths"])
    print(f"{parameters(model)} parameters, {len(cases)} patients", flush=True)
    for number, stage in enumerate(recipe["stages"]):
        kept = out / f"stage-{number + 1}.pt"
        if not kept.exists():
            torch.save(fitted(model, cases, recipe, stage, recipe["seed"] + number), kept)
        model.load_state_dict(torch.load(kept))
    torch.save(model.state_dict(), out / "model.pt")


def fitted(model, cases, recipe, stage, seed):
    """Averaged weights after the first `steps` of a cycle of the learning rate."""
    random = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=stage["learningRate"], weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, stage["learningRate"], stage["cycle"], pct_start=0.1)
    averaged, total = {k: v.clone() for k, v in model.state_dict().items()}, 0.0
    for step in range(1, stage["steps"] + 1):
        inputs, wanted = batch(cases, recipe, random)
        loss = loss_of(model(inputs), wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        average(averaged, model, min(AVERAGING, step / (step + 10)))
        total += float(loss)
        if step % REPORT_EVERY == 0:
            print(f"step {step} loss {total / REPORT_EVERY:.4f} cpu {time.process_time():.0f} s", flush=True)
            total = 0.0
    return averaged


def average(averaged, model, share):
    for key, value in model.state_dict().items():
        if value.dtype.is_floating_point:
            averaged[key].mul_(share).add_(value, alpha=1 - share)
        else:
            averaged[key].copy_(value)


def loss_of(logits, wanted):
    inside = torch.sigmoid(logits)
    overlap = 2 * (inside * wanted).sum() + 1
    dice = overlap / (inside.sum() + wanted.sum() + 1)
    return nn.functional.binary_cross_entropy_with_logits(logits, wanted) + 1 - dice


def batch(cases, recipe, random):
    per_mask = recipe["slicesPerMask"]
    inputs, wanted = [], []
    for _ in range(recipe["batch"] // per_mask):
        shown, clean = example(cases, recipe, random)
        picked = random.choice(len(shown), per_mask, replace=len(shown) < per_mask)
        inputs.append(shown[picked])
        wanted.append(clean[picked])
    return torch.from_numpy(np.concatenate(inputs)), torch.from_numpy(np.concatenate(wanted))[:, None]


def example(cases, recipe, random):
    """One corrupted mask with its image and what it was made from, slice by slice."""
    _, image, truth = cases[int(random.integers(len(cases)))]
    image, truth = varied(image, truth, random)
    candidate = corrupted(truth, image, [mask for _, _, mask in cases], random)
    reach = [mm * random.uniform(0.4, 1) for mm in recipe["contextMm"]]
    where = context(image, candidate, recipe["pixelMm"], reach)
    image, truth, candidate = normalised(image[where]), truth[where], candidate[where]
    image = np.clip(image ** random.uniform(0.7, 1.4) + random.normal(0, random.uniform(0, 0.04), image.shape), 0, 1)
    shown, centre = channels(image.astype(np.float32), candidate, recipe["size"])
    return shown, window(truth.astype(np.float32), centre, recipe["size"])


def varied(image, truth, random):
    """Turned, stretched and mirrored a little, as the next patient may be."""
    if random.random() < 0.5:
        image, truth = image[:, :, ::-1], truth[:, :, ::-1]
    a, b = random.choice(3, 2, replace=False)
    angle = random.normal(0, 0.12)
    matrix = np.eye(3)
    matrix[a, a] = matrix[b, b] = np.cos(angle)
    matrix[a, b], matrix[b, a] = -np.sin(angle), np.sin(angle)
    matrix = matrix @ np.diag(1 + random.normal(0, 0.07, 3))
    centre = (np.array(image.shape) - 1) / 2
    move = dict(matrix=matrix, offset=centre - matrix @ centre + random.uniform(-0.5, 0.5, 3), order=1)
    values = ndimage.affine_transform(image, mode="nearest", **move)
    inside = ndimage.affine_transform(truth.astype(np.float32), **move) > 0.5
    return values, inside if inside.any() else truth


if __name__ == "__main__":
    main(*sys.argv[1:4])
