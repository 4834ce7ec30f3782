"""PyTorch: the reference's twin, trained in place by one cycle of the rate; plain loops elsewhere."""
# ruff: noqa: E402

weights = {"model": "weights/twins/model.safetensors"}


# %% question="sagitta"
def radius(momentum, field):
    return momentum / 0.3 / field


def sagitta(momentum, field, length):
    return 0.3 * field * length * length / momentum / 8.0


# %% question="pixels"
def sagitta_in_pixels(momentum, field, length, size):
    return momentum_of_one_pixel(field, length, size) / momentum


def momentum_of_one_pixel(field, length, size):
    return 0.0375 * field * length * size


# %% question="resize"
def resize(images, size):
    import torch

    factor = images.shape[-1] // size
    return torch.nn.functional.avg_pool2d(torch.from_numpy(images).float(), factor).numpy()


# %% question="mirror"
def mirror(images):
    return np.array([image[::-1] for image in images])


# %% question="checkpoint"
def best_epoch(validation_accuracy, test_accuracy):
    best = None
    for epoch, accuracy in enumerate(validation_accuracy):
        if accuracy == accuracy and (best is None or accuracy > validation_accuracy[best]):
            best = epoch
    return best


# %% question="efficiency"
def efficiency(momenta, found, edges):
    parts, errors = [], []
    for i in range(len(edges) - 1):
        low, high = edges[i], edges[i + 1]
        seen = found[(momenta >= low) & (momenta < high)]
        part = seen.mean() if len(seen) else np.nan
        parts.append(part)
        errors.append(seen.std() / np.sqrt(len(seen)) if len(seen) else np.nan)
    return np.array(parts), np.array(errors)


# %% question="model"
import torch
from torch import nn
from torch.nn import functional


def merge(c_in, c_out, height, stride=1):
    convolution = nn.Conv2d(c_in, c_out, (height, 2), (stride, 2), (height // 2, 0), bias=False)
    return [convolution, nn.BatchNorm2d(c_out, eps=1e-3, momentum=0.01), nn.ReLU()]


def build_model():
    return nn.Sequential(
        nn.MaxPool2d((1, 8)),
        *merge(1, 16, 5),
        *merge(16, 32, 7),
        *merge(32, 64, 7, stride=2),
        *merge(64, 96, 9),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(96, 1),
    )


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    x, y = torch.from_numpy(images)[:, None], torch.from_numpy(labels).float()
    steps = epochs * -(-len(x) // 32)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3 * learning_rate, total_steps=steps)
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(32):
            loss = functional.binary_cross_entropy_with_logits(model(x[rows])[:, 0], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
