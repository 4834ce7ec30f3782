import keras
import numpy as np

maps = np.arange(2 * 6 * 8, dtype="float32").reshape(2, 6, 8)  # two feature maps
x = maps.transpose(1, 2, 0)[None]  # (n, h, w, c)

# 16 filters of 2 x 2 on 2 channels: 16 * (2 * 2 * 2 + 1) = 144 parameters
smaller = keras.layers.Conv2D(16, 2, strides=2, activation="relu")

result = [*smaller(x).shape[1:3], smaller.count_params()]  # 3 x 4 pixels
