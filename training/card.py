"""What must be known of a model beside its weights. python3 card.py recipes/hippocampus-mr.json OUT MODELS

Writes MODELS/ID.json, which the service reads, and MODELS/ID.md, the card for people. Needs OUT/quality.json (evaluate.py)
and MODELS/ID.onnx (export_onnx.py).
"""

import hashlib
import json
import sys
from pathlib import Path

from evaluate import figure, table
from export_onnx import load
from network import parameters


def main(recipe_path, out, models):
    recipe, out, models = json.loads(Path(recipe_path).read_text()), Path(out), Path(models)
    weights = models / f"{recipe['id']}.onnx"
    quality = json.loads((out / "quality.json").read_text())
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    kept = {key: recipe[key] for key in ("id", "structure", "modality", "size", "pixelMm", "contextMm")}
    listed = {**kept, "sha256": digest, "licence": recipe["licence"], "quality": sentence(quality)}
    (models / f"{recipe['id']}.json").write_text(json.dumps(listed, indent=2) + "\n")
    facts = {"parameters": parameters(load(recipe, out)), "bytes": weights.stat().st_size, "sha256": digest}
    (models / f"{recipe['id']}.md").write_text(card(recipe, quality, facts, Path(recipe_path).name))


def sentence(quality):
    parts = [
        f"{figure(of['Pearson of pseudo-Dice and true Dice'])} on {of['masks']} masks of {name}"
        for name, of in quality.items()
    ]
    patients = max(of["patients"] for of in quality.values())
    return f"Pearson of pseudo-Dice and true Dice on {patients} patients it never saw: {', '.join(parts)}."


def card(recipe, quality, facts, recipe_name):
    split = recipe["split"]
    stages = "; ".join(
        f"{s['steps']} steps of a cycle of {s['cycle']}, learning rate up to {s['learningRate']}" for s in recipe["stages"]
    )
    return f"""# {recipe['id']}

Makes a clean mask of one structure ({recipe['structure']['meaning']}, {recipe['structure']['scheme']}
{recipe['structure']['value']}, on {recipe['modality']}) from the images and a faulty mask. It is pseudo ground truth for
refinement and never a verdict: a proposal made with it is for a person to look at.

| | |
| --- | --- |
| licence of these weights | {recipe['licence']}, as that of the data they were trained on; the program's own licence does not cover them |
| data | {recipe['source']} |
| split by patient | in the order of the names: {split['train']} to train, {split['validation']} to set what is accepted, the rest to measure |
| network | U-Net, {facts['parameters']} parameters, {facts['bytes']} bytes as ONNX, sha256 `{facts['sha256']}` |
| what it sees | {recipe['size']} x {recipe['size']} pixels of {recipe['pixelMm']} mm, slices feet to head; image and mask of three slices, share of slices inside |
| training | `training/recipes/{recipe_name}`, seed {recipe['seed']}, batch {recipe['batch']}; {stages} |

## Measured

On patients that training never saw (`training/evaluate.py`; 95 % intervals from a bootstrap of patients).

{table(quality)}

{recipe['limits']}
"""


if __name__ == "__main__":
    main(*sys.argv[1:4])
