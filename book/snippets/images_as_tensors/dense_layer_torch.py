import numpy as np
import torch

model = torch.nn.Sequential(
    torch.nn.Flatten(),  # of images (n, 1, 100, 100)
    torch.nn.Linear(100 * 100, 1000),
)
counts = [sum(p.numel() for p in layer.parameters()) for layer in model]
result = np.array(counts)  # 0 and 10,001,000
