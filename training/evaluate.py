"""What a trained model is worth on patients it never saw. python3 evaluate.py recipes/hippocampus-mr.json DATA OUT

Two kinds of faulty masks: the corruption suite with another seed, and what an under-trained network that sees only images
drew: real network errors, of a kind that no corruption was modelled on. Writes OUT/quality.json, prints it as a table.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from corruptions import corrupted
from export_onnx import load
from grid import channels, context, normalised, window
from network import UNet
from read_cases import read_cases
from train import loss_of, varied

PER_PATIENT = 3
WEAK_STEPS = 60
BOOTSTRAPS = 2000


def main(recipe_path, data, out):
    recipe, out = json.loads(Path(recipe_path).read_text()), Path(out)
    torch.set_num_threads(1)
    torch.manual_seed(recipe["seed"] + 1)
    cases = list(read_cases(data, recipe["pixelMm"]))
    first = recipe["split"]["train"] + recipe["split"]["validation"]
    train, test = cases[: recipe["split"]["train"]], cases[first:]
    model, random = load(recipe, out), np.random.default_rng(recipe["seed"] + 1)
    others = [mask for _, _, mask in test]
    suite = [
        (name, image, truth, corrupted(truth, image, others, random))
        for name, image, truth in test
        for _ in range(PER_PATIENT)
    ]
    weak = weak_network(train, recipe, random)
    drawn = [(name, image, truth, drawn_by(weak, image, truth, recipe)) for name, image, truth in test]
    sets = {"corruption suite": suite, "under-trained network": [row for row in drawn if row[3].any()]}
    quality = {key: measured(rows, model, recipe, random) for key, rows in sets.items()}
    (out / "quality.json").write_text(json.dumps(quality, indent=2) + "\n")
    print(table(quality))


def figure(of):
    return f"{of['value']:.2f} ({of['low']:.2f} to {of['high']:.2f})" if isinstance(of, dict) else str(of)


def table(quality):
    names = list(next(iter(quality.values())))
    head = [f"| faulty masks | {' | '.join(names)} |", "| --- | " + " | ".join("---" for _ in names) + " |"]
    return "\n".join(head + [f"| {key} | {' | '.join(figure(of[name]) for name in names)} |" for key, of in quality.items()])


def measured(rows, model, recipe, random):
    names = np.array([row[0] for row in rows])
    values = np.array([both(row, model, recipe) for row in rows])
    patients = np.unique(names)
    places = {name: np.flatnonzero(names == name) for name in patients}
    drawn = [np.concatenate([places[n] for n in random.choice(patients, len(patients))]) for _ in range(BOOTSTRAPS)]

    def interval(figure):
        low, high = np.percentile([figure(values[at]) for at in drawn], [2.5, 97.5])
        return {"value": round(float(figure(values)), 3), "low": round(float(low), 3), "high": round(float(high), 3)}

    return {
        "patients": len(patients),
        "masks": len(rows),
        "true Dice of the masks": interval(lambda v: v[:, 0].mean()),
        "Pearson of pseudo-Dice and true Dice": interval(lambda v: np.corrcoef(v[:, 0], v[:, 1])[0, 1]),
        "Dice of the reconstruction": interval(lambda v: v[:, 2].mean()),
    }


def both(row, model, recipe):
    """True Dice and pseudo-Dice of the mask, true Dice of the reconstruction."""
    _, image, truth, candidate = row
    where = context(image, candidate, recipe["pixelMm"], recipe["contextMm"])
    shown, centre = channels(normalised(image[where]), candidate[where], recipe["size"])
    with torch.no_grad():
        inside = model(torch.from_numpy(shown))[:, 0].numpy() > 0
    put = lambda mask: window(mask[where].astype(np.float32), centre, recipe["size"]) > 0
    missed = truth.sum() - truth[where].sum()
    own, theirs = put(candidate), put(truth)
    return dice(candidate, truth), dice(own, inside), 2 * (inside & theirs).sum() / (inside.sum() + theirs.sum() + missed)


def dice(one, other):
    return 2 * (one & other).sum() / max(1, one.sum() + other.sum())


def image_channels(image, truth, size):
    centre = [n // 2 for n in image.shape[1:]]
    shown = window(normalised(image), centre, size)
    before, after = np.concatenate([shown[:1], shown[:-1]]), np.concatenate([shown[1:], shown[-1:]])
    return np.stack([before, shown, after], 1), window(truth.astype(np.float32), centre, size), centre


def weak_network(cases, recipe, random):
    """Stopped long before it is good."""
    network = UNet([8, 16, 24], 3)
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3)
    for _ in range(WEAK_STEPS):
        _, image, truth = cases[int(random.integers(len(cases)))]
        shown, wanted, _ = image_channels(*varied(image, truth, random), recipe["size"])
        picked = random.choice(len(shown), 16)
        loss = loss_of(network(torch.from_numpy(shown[picked])), torch.from_numpy(wanted[picked])[:, None])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


def drawn_by(network, image, truth, recipe):
    shown, _, centre = image_channels(image, truth, recipe["size"])
    with torch.no_grad():
        inside = network(torch.from_numpy(shown))[:, 0].numpy() > 0
    out = np.zeros_like(truth)
    half = recipe["size"] // 2
    for k, j, i in np.argwhere(inside):
        at = (k, j + centre[0] - half, i + centre[1] - half)
        if 0 <= at[1] < out.shape[1] and 0 <= at[2] < out.shape[2]:
            out[at] = True
    return out


if __name__ == "__main__":
    main(*sys.argv[1:4])
