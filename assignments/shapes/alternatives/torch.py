"""All in PyTorch; the classifier steps by two pixels instead of pooling, without batch normalisation."""

weights = {
    "classify": "weights/strided.safetensors",
    "count": "weights/twins/count.safetensors",
    "locate": "weights/twins/locate.safetensors",
}


# %%
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402


def stage(c_in, c_out, kernel):
    convolution = nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2, bias=False)
    return convolution, nn.BatchNorm2d(c_out, eps=1e-3), nn.ReLU(), nn.MaxPool2d(2)


class FlattenChannelsLast(nn.Module):
    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Pixels(nn.Module):
    def forward(self, x):
        return 64 * x


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
        *stage(1, 16, 5),
        *stage(16, 32, 3),
        *stage(32, 64, 3),
        *stage(64, 96, 3),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(96, 64),
        nn.ReLU(),
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
        *stage(1, 16, 5),
        *stage(16, 32, 3),
        *stage(32, 32, 3),
        FlattenChannelsLast(),
        nn.Linear(8 * 8 * 32, 64),
        nn.ReLU(),
        nn.Linear(64, 4),
        nn.Sigmoid(),
        Pixels(),
    )
