"""Layers that learn their sizes from the first image, and tensors wherever they serve as well."""


# %% question="to_tensor"
def to_tensor(images):
    return torch.stack([torch.as_tensor(image) for image in images]).view(-1, 1, 28, 28).mul(1 / 255)


# %% question="simple"
def build_simple():
    pool = nn.MaxPool2d(2)
    maps = [nn.LazyConv2d(32, 3), nn.ReLU(), pool, nn.LazyConv2d(64, 3), nn.ReLU(), pool]
    return nn.Sequential(*maps, nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.LazyLinear(10))


# %% question="mean_loss"
def mean_loss(losses, sizes):
    return torch.dot(torch.tensor(losses), torch.tensor(sizes, dtype=torch.float32)).item() / sum(sizes)


# %% question="train"
def train(model, x, labels, epochs, augment=lambda x: x):
    rule = torch.optim.RMSprop(model.parameters(), lr=5e-4)

    def step(rows):
        model.zero_grad()
        loss = nn.functional.nll_loss(model(augment(x[rows])).log_softmax(dim=-1), labels[rows])
        loss.backward()
        rule.step()
        return loss.item(), len(rows)

    model.train()
    return [mean_loss(*zip(*map(step, torch.randperm(len(x)).split(32)), strict=True)) for _ in range(epochs)]


# %% question="predict"
def logits_of(model, x):
    model.eval()
    with torch.no_grad():
        return torch.vstack([model(image[None]) for image in x])


def predict(model, x):
    return logits_of(model, x).max(dim=1).indices


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    rows, columns = F.one_hot(torch.from_numpy(np.stack([truth, predicted])), classes)
    return rows.T @ columns


# %% question="worst"
def worst_mistakes(logits, labels, k):
    found = []
    for i, (row, label) in enumerate(zip(torch.from_numpy(logits), labels, strict=True)):
        if row.argmax() != label:
            found.append((row.log_softmax(0)[label].item(), i))
    return torch.tensor([i for _, i in sorted(found)[:k]])


# %% question="augment"
def augment(x):
    # As a warp of the plane: sampling hits pixels exactly, up to rounding.
    mirror = 1 - 2 * torch.randint(0, 2, (len(x),))
    moves = torch.randint(-2, 3, (len(x), 2)) / 14
    matrix = torch.zeros(len(x), 2, 3)
    matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, :, 2] = mirror, 1, moves
    grid = F.affine_grid(matrix, x.shape, align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


# %% question="model"
def build_model():
    def normed(channels):
        convolution = nn.LazyConv2d(channels, 3, padding=1, bias=False)
        return convolution, nn.LazyBatchNorm2d(eps=1e-3), nn.ReLU()

    maps = [nn.LazyConv2d(32, 5, padding=2), nn.MaxPool2d(2), nn.ReLU()]
    maps += [*normed(64), nn.MaxPool2d(2), *normed(96), *normed(96)]
    return nn.Sequential(*maps, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3), nn.LazyLinear(10))
