"""Plain loops throughout; the network says the mean of an image and its mirror image."""


# %% question="to_tensor"
def to_tensor(images):
    x = torch.zeros(len(images), 1, 28, 28)
    for i in range(len(images)):
        x[i, 0] = torch.Tensor(images[i].astype(float)) / 255.0
    return x


# %% question="mean_loss"
def mean_loss(losses, sizes):
    total, images = 0.0, 0
    for loss, size in zip(losses, sizes, strict=True):
        total += loss * size
        images += size
    return total / images


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9, nesterov=True)
    history = []
    for _ in range(epochs):
        order = np.random.permutation(len(x))
        losses, sizes = [], []
        for start in range(0, len(x), 32):
            model.train()
            rows = order[start : start + 32]
            batch = x[rows]
            if augment is not None:
                batch = augment(batch)
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(batch), labels[rows])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss))
            sizes.append(len(rows))
        history.append(mean_loss(losses, sizes))
    return history


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    counts = [[0 for _ in range(classes)] for _ in range(classes)]
    for i in range(len(truth)):
        counts[int(truth[i])][int(predicted[i])] += 1
    return np.array(counts)


# %% question="worst"
def worst_mistakes(logits, labels, k):
    losses = {}
    for i, row in enumerate(logits):
        p = np.exp(row - row.max())
        p = p / p.sum()
        if np.argmax(p) != labels[i]:
            losses[i] = -np.log(p[labels[i]])
    return np.array(sorted(losses, key=losses.get, reverse=True)[:k], dtype=int)


# %% question="augment"
def augment(x):
    out = torch.zeros_like(x)
    for n in range(len(x)):
        image = x[n, 0].flip(1) if torch.rand(1) < 0.5 else x[n, 0]
        down, right = (int(torch.randint(-2, 3, (1,))) for _ in range(2))
        rows = slice(max(down, 0), 28 + min(down, 0))
        columns = slice(max(right, 0), 28 + min(right, 0))
        from_rows = slice(max(-down, 0), 28 + min(-down, 0))
        from_columns = slice(max(-right, 0), 28 + min(-right, 0))
        out[n, 0, rows, columns] = image[from_rows, from_columns]
    return out


# %% question="model"
class Voting(nn.Sequential):
    def forward(self, x):
        vote = super().forward
        return vote(x) if self.training else (vote(x) + vote(x.flip(3))) / 2


def build_model():
    model = Voting(nn.Conv2d(1, 32, 5, padding=2), nn.MaxPool2d(2), nn.ReLU())
    for c_in, c_out, pools in ((32, 64, True), (64, 96, False), (96, 96, False)):
        model.append(nn.Conv2d(c_in, c_out, 3, padding="same", bias=False))
        model.append(nn.BatchNorm2d(c_out, eps=1e-3))
        model.append(nn.ReLU())
        if pools:
            model.append(nn.MaxPool2d(2))
    for layer in (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(96, 10)):
        model.append(layer)
    return model
