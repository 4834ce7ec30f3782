"""PyTorch networks that look at each image and at its mirror image, and give log-probabilities as logits."""

weights = {
    "classify": "weights/twins/classify.safetensors",
    "count": "weights/twins/count.safetensors",
    "locate": "weights/twins/locate.safetensors",
}


# %%
import torch  # noqa: E402


def pyramid(*widths):
    for stage, (c_in, c_out) in enumerate(zip((1, *widths), widths)):  # noqa: B905
        yield torch.nn.Conv2d(c_in, c_out, 3 if stage else 5, padding="same", bias=False)
        yield torch.nn.BatchNorm2d(c_out, eps=1e-3, momentum=0.01)
        yield torch.nn.ReLU()
        yield torch.nn.MaxPool2d(2)


class Twice(torch.nn.Sequential):
    def forward(self, x):
        return (super().forward(x) + super().forward(x.flip(-1))).log_softmax(-1)


class Mean(torch.nn.Module):
    def forward(self, x):
        return x.mean(dim=(2, 3))


class Flat(torch.nn.Module):
    def forward(self, x):
        return x.permute(0, 2, 3, 1).reshape(len(x), -1)


class BoxTwice(torch.nn.Sequential):
    def forward(self, x):
        box, mirrored = super().forward(x), super().forward(x.flip(-1))
        x1, y0, x0, y1 = mirrored.unbind(1)
        return 32 * (box + torch.stack([1 - x0, y0, 1 - x1, y1], dim=1))


# %% question="split"
def split(n, validation, test, seed):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    return [part.sort().values.numpy() for part in order.split([n - validation - test, validation, test])]


# %% question="classify"
def build_classifier():
    return Twice(*pyramid(8, 16, 32), Mean(), torch.nn.Identity(), torch.nn.Linear(32, 2))


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    data = torch.utils.data.TensorDataset(torch.tensor(images).unsqueeze(1), torch.tensor(labels))
    optimizer = torch.optim.AdamW(model.parameters(), learning_rate)
    history = np.zeros(epochs)
    model.train()
    for epoch in range(epochs):
        loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True)
        for x, y in loader:
            loss = torch.nn.CrossEntropyLoss()(model(x).flatten(0, -2), y.flatten())
            model.zero_grad()
            loss.backward()
            optimizer.step()
            history[epoch] += loss.item() / len(loader)
    return history


# %% question="count_target"
def count_target(kinds):
    return torch.nn.functional.one_hot(torch.tensor(kinds) + 1, 3).sum(dim=1)[:, 1:].numpy()


# %% question="count"
def build_counter():
    head = torch.nn.Linear(96, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10), torch.nn.Unflatten(1, (2, 5))
    return Twice(*pyramid(16, 32, 64, 96), Mean(), torch.nn.Identity(), *head)


# %% question="locate"
def build_locator():
    head = torch.nn.Linear(2048, 64), torch.nn.ReLU(), torch.nn.Linear(64, 4), torch.nn.Sigmoid()
    return BoxTwice(*pyramid(16, 32, 32), Flat(), *head)
