import numpy as np
import torch
from torch import nn

maps = np.arange(2 * 6 * 8, dtype="float32").reshape(2, 6, 8)  # two feature maps
x = torch.from_numpy(maps)[None]  # (n, c, h, w)

# 16 filters of 2 x 2 on 2 channels: 16 * (2 * 2 * 2 + 1) = 144 parameters
smaller = nn.Sequential(nn.Conv2d(2, 16, 2, stride=2), nn.ReLU())

result = [*smaller(x).shape[2:], sum(p.numel() for p in smaller.parameters())]  # 3 x 4 pixels
