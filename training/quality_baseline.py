"""The baseline of `plumbline bench quality`: a small CNN sees image and mask and predicts Dice and surface Dice.

python3 quality_baseline.py --fit FOLDER... --test FOLDER...

Folders are those of `plumbline bench dr --patches`: outcomes.jsonl and patches.bin, one patch for every line (PATCH_BYTES of
src/bench/quality/patches.ts). Trained on the same edits as the evidence is fitted on; writes cnn.jsonl into each test folder.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

SIDE = 32
BOUNDARY = {"X12", "X15", "N1", "N2", "N4"}  # as in src/bench/quality/rows.ts
TRUTHS = ("dice", "surfaceDice")
WIDTHS = (16, 32, 64, 64)
EPOCHS, BATCH, RATE, SEED = 40, 32, 2e-3, 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", nargs="+", type=Path, required=True)
    parser.add_argument("--test", nargs="+", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    fit = [row for folder in options.fit for row in read(folder) if row[0]["family"] in BOUNDARY]
    model = fitted([patch for _, patch in fit], [[row[truth] for truth in TRUTHS] for row, _ in fit])
    for folder in options.test:
        patches = [patch for _, patch in read(folder)]
        with open(folder / "cnn.jsonl", "w") as out:
            for start in range(0, len(patches), BATCH):
                with torch.no_grad():
                    predicted = model(tensor(patches[start : start + BATCH])).numpy()
                for values in predicted:
                    out.write(json.dumps(dict(zip(TRUTHS, map(float, values)))) + "\n")


def read(folder):
    rows = [json.loads(line) for line in open(folder / "outcomes.jsonl")]
    patches = np.fromfile(folder / "patches.bin", np.uint8).reshape(-1, 2, SIDE, SIDE, SIDE)
    if len(rows) != len(patches):
        raise SystemExit(f"{folder}: {len(rows)} outcomes, {len(patches)} patches")
    return list(zip(rows, patches))


def network():
    layers = []
    for inputs, outputs in zip((2, *WIDTHS), WIDTHS):
        layers += [nn.Conv3d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm3d(outputs), nn.ReLU()]
    head = [nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(WIDTHS[-1], len(TRUTHS)), nn.Sigmoid()]
    return nn.Sequential(*layers, *head)


def fitted(patches, truths):
    random = np.random.default_rng(SEED)
    truths = torch.tensor(truths, dtype=torch.float32)
    model = network()
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-3)
    steps = EPOCHS * (len(patches) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps)
    for epoch in range(EPOCHS):
        order, total = random.permutation(len(patches)), 0.0
        for n in range(len(patches) // BATCH):
            picked = order[n * BATCH : (n + 1) * BATCH]
            shown = varied(tensor([patches[i] for i in picked]), random)
            loss = nn.functional.smooth_l1_loss(model(shown), truths[picked], beta=0.1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / max(1, n + 1):.4f}", flush=True)
    return model.eval()


def tensor(patches):
    return torch.from_numpy(np.stack(patches)).float() / 255


def varied(shown, random):
    """Mirrored and with other contrast, as the next patient may be."""
    axes = [axis for axis in (2, 3, 4) if random.random() < 0.5]
    shown = shown.flip(axes)
    shown[:, 0] = shown[:, 0] ** float(random.uniform(0.7, 1.4))
    return shown


if __name__ == "__main__":
    main()
