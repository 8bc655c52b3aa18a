"""A small U-Net: image and candidate in, logits of the clean mask out."""

import torch
from torch import nn

CHANNELS = 7


class Block(nn.Sequential):
    def __init__(self, inputs, outputs):
        def layer(a):
            return [nn.Conv2d(a, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]

        super().__init__(*layer(inputs), *layer(outputs))


class UNet(nn.Module):
    def __init__(self, widths, inputs=CHANNELS):
        super().__init__()
        self.down = nn.ModuleList([Block(a, b) for a, b in zip([inputs, *widths[:-1]], widths)])
        self.up = nn.ModuleList([Block(a + b, b) for a, b in zip(widths[:0:-1], widths[-2::-1])])
        self.last = nn.Conv2d(widths[0], 1, 1)
        self.pool = nn.MaxPool2d(2)
        self.grow = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, x):
        kept = []
        for block in self.down[:-1]:
            x = block(x)
            kept.append(x)
            x = self.pool(x)
        x = self.down[-1](x)
        for block in self.up:
            x = block(torch.cat([self.grow(x), kept.pop()], 1))
        return self.last(x)


def parameters(model):
    return sum(p.numel() for p in model.parameters())
