import keras
import numpy as np

photos = np.arange(2 * 4 * 6 * 3, dtype="float32").reshape(2, 4, 6, 3)  # (n, h, w, c)

mean_colour = keras.layers.GlobalAveragePooling2D()  # wants (n, h, w, c)
result = keras.ops.convert_to_numpy(mean_colour(photos))  # (n, c)
