import torch

photos = torch.arange(2 * 4 * 6 * 3, dtype=torch.float32).reshape(2, 4, 6, 3)  # (n, h, w, c)
photos = photos.permute(0, 3, 1, 2)  # (n, c, h, w)

mean_colour = torch.nn.AdaptiveAvgPool2d(1)  # wants (n, c, h, w)
result = mean_colour(photos).flatten(1).numpy()  # (n, c)
