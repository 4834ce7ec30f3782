import keras
import numpy as np

rectified = np.array([[7, 0, 3], [0, 5, 0], [3, 0, 7]], dtype="float32")
x = rectified[None, :, :, None]  # (n, h, w, c)

default = keras.layers.MaxPooling2D((2, 2))  # stride 2: [[7]]
same = keras.layers.MaxPooling2D((2, 2), padding="same")
overlapping = keras.layers.MaxPooling2D((2, 2), strides=1)

result = np.concatenate([np.ravel(pool(x)) for pool in (default, same, overlapping)])
