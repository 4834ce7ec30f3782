"""PyTorch throughout: the same network with torch's two biases, one cycle of the learning rate, LSTMCell."""

weights = {"model": "weights/torch.safetensors"}


# %%
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402


# %% question="generate"
def generate(n, steps, seed):
    return torch.randn((n, steps, 2), generator=torch.Generator().manual_seed(seed)).numpy()


# %% question="longest"
def longest(vectors):
    lengths = torch.from_numpy(vectors).norm(dim=2)
    return lengths.max(dim=1).values.numpy(), lengths.numpy().argmax(axis=1)


# %% question="lstm_step"
def lstm_step(x, h, c, W, U, b):
    cell = nn.LSTMCell(x.shape[1], h.shape[1], dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.from_numpy(W.T))
        cell.weight_hh.copy_(torch.from_numpy(U.T))
        cell.bias_ih.copy_(torch.from_numpy(b))
        cell.bias_hh.zero_()
        new_h, new_c = cell(torch.from_numpy(x), (torch.from_numpy(h), torch.from_numpy(c)))
    return new_h.numpy(), new_c.numpy()


# %% question="lstm_parameters"
def lstm_parameters(inputs, units):
    layer = nn.LSTM(inputs, units, device="meta")
    return sum(array.numel() for name, array in layer.named_parameters() if "bias_hh" not in name)


# %% question="running_maximum"
def running_maximum(vectors):
    # torch's cummax gives the last of equal ones: turn to numpy for the position.
    lengths = torch.from_numpy(vectors).norm(dim=2)
    largest = lengths.cummax(dim=1).values.numpy()
    return largest, (lengths.numpy()[:, None, :] == largest[:, :, None]).argmax(axis=2)


# %% question="model"
class ManyToOne(nn.Module):
    def __init__(self, units=64):
        super().__init__()
        self.lstm = nn.LSTM(2, units, batch_first=True)
        self.dense = nn.Linear(units, 21)
        self.lstm.bias_ih_l0.data[units : 2 * units] = 1

    def forward(self, x):
        h, _ = self.lstm(x)
        return self.dense(h[:, -1])


def build_model():
    return ManyToOne()


# %% question="train"
def train(model, vectors, largest, position, epochs):
    x, length = torch.from_numpy(vectors), torch.as_tensor(largest, dtype=torch.float32)
    where = torch.as_tensor(position, dtype=torch.int64)
    batches = -(-len(x) // 128)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 8e-3, total_steps=epochs * batches)
    model.train()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(x)).split(128):
            output = model(x[batch])
            loss = functional.cross_entropy(output[:, :20], where[batch])
            loss = loss + 4 * functional.mse_loss(output[:, 20], length[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        losses.append(total / len(x))
    return losses
