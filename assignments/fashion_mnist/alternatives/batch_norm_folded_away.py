"""Arrays wherever they serve as well; the network has its batch norm folded into the convolutions."""

weights = {"model": "weights/folded.safetensors"}


# %% question="to_tensor"
def to_tensor(images):
    return torch.tensor(images[:, np.newaxis] / 255, dtype=torch.float32)


# %% question="simple"
def build_simple():
    class Simple(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3)
            self.hidden, self.out = nn.Linear(1600, 64), nn.Linear(64, 10)

        def forward(self, x):
            for convolution in (self.first, self.second):
                x = F.max_pool2d(F.relu(convolution(x)), 2)
            return self.out(F.relu(self.hidden(x.flatten(1))))

    return Simple()


# %% question="mean_loss"
def mean_loss(losses, sizes):
    return float(np.average(losses, weights=sizes))


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    data = torch.utils.data.TensorDataset(x, labels)
    loader = torch.utils.data.DataLoader(data, batch_size=50, shuffle=True)
    rule = torch.optim.NAdam(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss(reduction="sum")
    means = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for images, truth in loader:
            rule.zero_grad()
            loss = criterion(model(augment(images) if augment else images), truth)
            (loss / len(truth)).backward()
            rule.step()
            total += loss.item()
        means.append(total / len(x))
    return means


# %% question="predict"
@torch.inference_mode()
def logits_of(model, x):
    model.train(False)
    logits = torch.empty(len(x), 10)
    for start in range(0, len(x), 256):
        logits[start : start + 256] = model(x[start : start + 256])
    return logits


def predict(model, x):
    return logits_of(model, x).numpy().argmax(axis=1)


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    return np.bincount(classes * truth + predicted, minlength=classes**2).reshape(classes, classes)


# %% question="worst"
def worst_mistakes(logits, labels, k):
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(labels), reduction="none")
    loss[torch.from_numpy(logits.argmax(axis=1) == labels)] = -1
    return loss.topk(min(k, int((loss >= 0).sum()))).indices


# %% question="augment"
def augment(x):
    n = len(x)
    framed = np.pad(x.numpy(), ((0, 0), (0, 0), (2, 2), (2, 2)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, (28, 28), axis=(2, 3))
    down, right = np.random.randint(5, size=(2, n))
    moved = windows[np.arange(n), :, down, right]
    return torch.from_numpy(np.where(np.random.rand(n, 1, 1, 1) < 0.5, moved[..., ::-1], moved))


# %% question="model"
def build_model():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(64, 96, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(96, 96, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(96, 10),
    )
