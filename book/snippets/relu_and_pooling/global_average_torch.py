import numpy as np
import torch
from torch import nn

maps = np.arange(2 * 6 * 8, dtype="float32").reshape(2, 6, 8)  # two feature maps
x = torch.from_numpy(maps)[None]  # (n, c, h, w)

one_number_a_map = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())

result = one_number_a_map(x).numpy()  # (n, c)
