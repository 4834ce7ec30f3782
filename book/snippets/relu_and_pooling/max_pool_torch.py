import numpy as np
import torch
from torch import nn

rectified = np.array([[7, 0, 3], [0, 5, 0], [3, 0, 7]], dtype="float32")
x = torch.from_numpy(rectified)[None, None]  # (n, c, h, w)

default = nn.MaxPool2d(2)  # stride 2: [[7]]
same = nn.MaxPool2d(2, ceil_mode=True)  # there is no padding="same"
overlapping = nn.MaxPool2d(2, stride=1)

result = torch.cat([pool(x).flatten() for pool in (default, same, overlapping)]).numpy()
