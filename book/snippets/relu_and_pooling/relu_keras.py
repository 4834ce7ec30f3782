import keras
import numpy as np

feature_map = np.array([[7, -3, 3], [-3, 5, -3], [3, -3, 7]], dtype="float32")
x = feature_map[None, :, :, None]  # (n, h, w, c)

relu = keras.layers.ReLU()
leaky = keras.layers.LeakyReLU(negative_slope=0.1)  # 0.3 if you say nothing

result = np.stack([relu(x)[0, :, :, 0], leaky(x)[0, :, :, 0]])
