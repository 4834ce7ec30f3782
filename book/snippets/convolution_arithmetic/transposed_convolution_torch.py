import torch

x = torch.tensor([2.0, 4.0, 6.0]).reshape(1, 1, 3)  # batch, channels, pixels
stamp = torch.tensor([0.5, 1.0, 0.5]).reshape(1, 1, 3)  # channels, filters, pixels

layer = torch.nn.ConvTranspose1d(1, 1, 3, stride=2, bias=False)
layer.load_state_dict({"weight": stamp})
with torch.no_grad():
    result = layer(x).flatten()  # 1, 2, 3, 4, 5, 6, 3
