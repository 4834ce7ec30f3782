import keras
import numpy as np

maps = np.arange(2 * 6 * 8, dtype="float32").reshape(2, 6, 8)  # two feature maps
x = maps.transpose(1, 2, 0)[None]  # (n, h, w, c)

one_number_a_map = keras.layers.GlobalAveragePooling2D()

result = np.array(one_number_a_map(x))  # (n, c)
