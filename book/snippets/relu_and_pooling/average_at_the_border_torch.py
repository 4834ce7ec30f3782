import numpy as np
import torch
from torch import nn

rectified = np.array([[7, 0, 3], [0, 5, 0], [3, 0, 7]], dtype="float32")
x = torch.from_numpy(rectified)[None, None]  # (n, c, h, w)

# Without the last argument zeros count as pixels: the corner would be 12 / 9 = 1.33.
pool = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)

result = pool(x)[0, 0].numpy()
