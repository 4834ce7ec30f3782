import numpy as np
import torch

rng = np.random.default_rng(0)
shower = torch.tensor(rng.normal(size=(1, 8, 8, 30, 1))).float()
kernels = torch.tensor(rng.normal(size=(3, 3, 5, 1, 2))).float()

layer = torch.nn.Conv3d(1, 2, (3, 3, 5), stride=(1, 1, 2), bias=False)
layer.load_state_dict({"weight": kernels.permute(4, 3, 0, 1, 2)})
with torch.no_grad():
    maps = layer(shower.permute(0, 4, 1, 2, 3))  # channels first
result = maps.permute(0, 2, 3, 4, 1)  # (1, 6, 6, 13, 2)
