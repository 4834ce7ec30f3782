import keras
import numpy as np

model = keras.Sequential(
    [
        keras.Input((100, 100, 1)),  # (h, w, c) of one image
        keras.layers.Flatten(),
        keras.layers.Dense(1000),
    ]
)
result = np.array([layer.count_params() for layer in model.layers])  # 0 and 10,001,000
