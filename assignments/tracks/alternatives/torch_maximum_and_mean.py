"""PyTorch, another network: half as wide, pooled between merges, leaky, maximum and mean at the end."""
# ruff: noqa: E402

weights = {"model": "weights/maximum_and_mean.safetensors"}

# %% question="model"
import torch
from torch import nn


class Merge(nn.Module):
    """Joins neighbouring groups of planes."""

    def __init__(self, c_in, c_out, height):
        super().__init__()
        self.convolution = nn.Conv2d(c_in, c_out, (height, 2), (1, 2), (height // 2, 0), bias=False)
        self.norm = nn.BatchNorm2d(c_out)

    def forward(self, x):
        return nn.functional.leaky_relu(self.norm(self.convolution(x)), 0.1)


class Tracker(nn.Module):
    """Hits, pairs, fours, eights, tracks."""

    def __init__(self):
        super().__init__()
        self.pairs, self.fours = Merge(1, 12, 7), Merge(12, 24, 7)
        self.eights, self.tracks = Merge(24, 48, 7), Merge(48, 64, 11)
        self.head = nn.Sequential(nn.Linear(128, 32), nn.ELU(), nn.Linear(32, 1))

    def forward(self, x):
        planes = x.unflatten(3, (16, 8)).amax(4)
        x = self.fours(self.pairs(planes))
        x = self.tracks(nn.functional.max_pool2d(self.eights(x), (2, 1)))
        return self.head(torch.cat([x.amax((2, 3)), x.mean((2, 3))], 1))


def build_model():
    return Tracker()


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    data = torch.utils.data.TensorDataset(torch.from_numpy(images)[:, None], torch.from_numpy(labels).float())
    optimizer = torch.optim.RAdam(model.parameters(), learning_rate)
    loss = nn.BCEWithLogitsLoss()
    model.train()
    for _ in range(epochs):
        for x, y in torch.utils.data.DataLoader(data, batch_size=32, shuffle=True):
            optimizer.zero_grad()
            loss(model(x).squeeze(1), y).backward()
            optimizer.step()
    return model.eval()
