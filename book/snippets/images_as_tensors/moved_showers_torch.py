import torch

profile = torch.tensor([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16
showers = torch.zeros(2, 1, 16, 16)  # (n, c, h, w)
showers[0, 0, 3:6, 2:5] = 6 * profile  # one event on the left
showers[1, 0, 9:12, 11:14] = 6 * profile  # one on the right

convolution, maximum = torch.nn.Conv2d(1, 1, 3), torch.nn.AdaptiveMaxPool2d(1)
detector = torch.nn.Sequential(convolution, maximum, torch.nn.Flatten())
with torch.no_grad():
    convolution.weight[0, 0] = profile  # kernel (c_out, c_in, k_h, k_w)
    convolution.bias.zero_()
    result = detector(showers).numpy()  # the same number twice
