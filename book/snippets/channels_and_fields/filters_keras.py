import keras
import numpy as np

rng = np.random.default_rng(0)
images = rng.normal(size=(2, 6, 7, 3))  # batch, height, width, channels
kernels = rng.normal(size=(3, 3, 3, 4))  # height, width, channels, filters
bias = rng.normal(size=4)

layer = keras.layers.Conv2D(4, 3)
layer.build(images.shape)
layer.set_weights([kernels, bias])
result = np.asarray(layer(images))  # batch, height, width, filters
