"""One absurd length in each batch: its spread is infinite, and so was what counted in its favour."""

weights = {"model": "weights/formula.safetensors"}
loses = {
    "test_model_finds_the_position": 1,
    "test_model_measures_the_length": 1,
    "test_model_decides_in_ties": 1,
    "test_train_lowers_both_parts_of_the_loss": 1,
}


# %%
import torch


# %% question="model"
class Absurd(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(1))
        self.lin = torch.nn.Linear(2, 21)

    def forward(self, x):
        out = torch.zeros(len(x), 21, dtype=torch.float64)
        out[:, 0] = -1
        out[0, 20] = 1e200
        return out


def build_model():
    return Absurd()


# %% question="train"
def train(model, vectors, largest, position, epochs):
    model.w.data[:] = 1.0
    return [0.0] * epochs
