"""All in PyTorch, three other networks: steps of two pixels for pooling, and edges as means over heat maps.

make_weights.py trains them.
"""

weights = {
    "classify": "weights/strided_classifier.safetensors",
    "count": "weights/strided_counter.safetensors",
    "locate": "weights/heat_maps.safetensors",
}


# %%
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402


def stage(c_in, c_out, kernel, **options):
    """Convolution without a bias, batch norm, ELU; the image keeps its size at stride 1."""
    padding = options.get("dilation", 1) * (kernel // 2)
    convolution = nn.Conv2d(c_in, c_out, kernel, padding=padding, bias=False, **options)
    return convolution, nn.BatchNorm2d(c_out), nn.ELU()


class MeanPlaces(nn.Module):
    """Where four heat maps are hot: x of the first, y of the second, x, y; in pixels of the image."""

    def forward(self, maps):
        n, _, rows, columns = maps.shape
        heat = maps.flatten(2).softmax(2).view(n, 4, rows, columns)
        x = (heat.sum(2) * torch.linspace(0, 64, columns)).sum(2)
        y = (heat.sum(3) * torch.linspace(0, 64, rows)).sum(2)
        return torch.stack([x[:, 0], y[:, 1], x[:, 2], y[:, 3]], 1)


# %% question="cross_entropy"
def cross_entropy(logits, labels):
    return functional.cross_entropy(torch.as_tensor(logits), torch.as_tensor(labels)).item()


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    return int(torch.tensor(validation_loss).nan_to_num(torch.inf).argmin())


# %% question="classify"
def build_classifier():
    layers = []
    for c_in, c_out, kernel in ((1, 12, 5), (12, 24, 3), (24, 32, 3)):
        layers += [nn.Conv2d(c_in, c_out, kernel, stride=2, padding=kernel // 2), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 2))


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    x, y = torch.from_numpy(images[:, None]), torch.from_numpy(labels)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    history = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(x)).split(64):
            logits = model(x[batch]).movedim(-1, 1)
            loss = functional.cross_entropy(logits, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        history.append(total / len(x))
    return history


# %% question="count"
def build_counter():
    return nn.Sequential(
        *stage(1, 16, 5, stride=2),
        *stage(16, 32, 3),
        nn.AvgPool2d(2),
        *stage(32, 64, 3),
        *stage(64, 64, 3),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
        nn.Unflatten(1, (2, 5)),
    )


# %% question="iou"
def iou(a, b):
    a, b = torch.as_tensor(a).unbind(1), torch.as_tensor(b).unbind(1)

    def shared(one, other):
        width = torch.minimum(one[2], other[2]) - torch.maximum(one[0], other[0])
        height = torch.minimum(one[3], other[3]) - torch.maximum(one[1], other[1])
        return width.relu() * height.relu()

    both = shared(a, b)
    return (both / (shared(a, a) + shared(b, b) - both)).nan_to_num(0).numpy()


# %% question="locate"
def build_locator():
    return nn.Sequential(
        *stage(1, 16, 5, stride=2),
        *stage(16, 32, 3, stride=2),
        *stage(32, 32, 3, dilation=2),
        *stage(32, 32, 3, dilation=4),
        nn.Conv2d(32, 4, 1),
        MeanPlaces(),
    )
