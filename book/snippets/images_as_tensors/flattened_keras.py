import keras
import numpy as np

image = np.arange(12, dtype="float32").reshape(1, 2, 2, 3)  # (n, h, w, c)

# red, green and blue of pixel (0, 0), then of pixel (0, 1), …
flat = keras.layers.Flatten()(image)
result = keras.ops.convert_to_numpy(flat)
