import torch

image = torch.arange(12, dtype=torch.float32).reshape(1, 2, 2, 3)  # (n, h, w, c)
image = image.permute(0, 3, 1, 2)  # (n, c, h, w)

# red of all pixels, then green, then blue
flat = torch.nn.Flatten()(image)
in_keras_order = torch.nn.Flatten()(image.permute(0, 2, 3, 1))
result = in_keras_order.numpy()
