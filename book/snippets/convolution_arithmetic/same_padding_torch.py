import torch
from torch.nn import functional

x = torch.arange(1.0, 7.0).reshape(1, 1, 6)  # batch, channels, pixels
weights = torch.ones(1, 1, 3)  # filters, channels, pixels

symmetric = functional.conv1d(x, weights, stride=2, padding=1)  # 3, 9, 15
padded = functional.pad(x, (0, 1))  # no zero before, one after
result = functional.conv1d(padded, weights, stride=2).flatten()  # 6, 12, 11
