import numpy as np
import torch

rng = np.random.default_rng(0)
images = torch.tensor(rng.normal(size=(1, 6, 6, 3))).float().permute(0, 3, 1, 2)
kernels = torch.tensor(rng.normal(size=(3, 3, 3, 1))).float().permute(2, 3, 0, 1)

layer = torch.nn.Conv2d(3, 3, 3, groups=3, bias=False)  # a group for each channel
layer.load_state_dict({"weight": kernels})  # (3, 1, 3, 3): each sees one channel
with torch.no_grad():
    result = layer(images).permute(0, 2, 3, 1)
