import numpy as np
import torch

rng = np.random.default_rng(0)
images = torch.tensor(rng.normal(size=(2, 6, 7, 3))).float()
kernels = torch.tensor(rng.normal(size=(3, 3, 3, 4))).float()
bias = torch.tensor(rng.normal(size=4)).float()

images = images.permute(0, 3, 1, 2)  # batch, channels, height, width
kernels = kernels.permute(3, 2, 0, 1)  # filters, channels, height, width
layer = torch.nn.Conv2d(3, 4, 3)
layer.load_state_dict({"weight": kernels, "bias": bias})
with torch.no_grad():
    maps = layer(images)  # batch, filters, height, width
result = maps.permute(0, 2, 3, 1)  # in Keras's order
