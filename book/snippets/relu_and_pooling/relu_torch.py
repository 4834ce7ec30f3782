import numpy as np
import torch
from torch import nn

feature_map = np.array([[7, -3, 3], [-3, 5, -3], [3, -3, 7]], dtype="float32")
x = torch.from_numpy(feature_map)[None, None]  # (n, c, h, w)

relu = nn.ReLU()
leaky = nn.LeakyReLU(negative_slope=0.1)  # 0.01 if you say nothing

result = torch.stack([relu(x)[0, 0], leaky(x)[0, 0]]).numpy()
