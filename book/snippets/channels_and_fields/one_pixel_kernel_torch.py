import numpy as np
import torch

rng = np.random.default_rng(0)
particles = torch.tensor(rng.normal(size=(1, 5, 4))).float()
weights = torch.tensor(rng.normal(size=(4, 2))).float().T
bias = torch.tensor(rng.normal(size=2)).float()

convolution, dense = torch.nn.Conv1d(4, 2, 1), torch.nn.Linear(4, 2)
kernel = weights[:, :, None]  # (2, 4, 1): a kernel of one
convolution.load_state_dict({"weight": kernel, "bias": bias})
dense.load_state_dict({"weight": weights, "bias": bias})  # (2, 4): the same numbers

with torch.no_grad():
    result = convolution(particles.mT).mT  # it wants (batch, features, particles)
    assert torch.allclose(result, dense(particles), atol=1e-6)
