import keras
import numpy as np

rng = np.random.default_rng(0)
shower = rng.normal(size=(1, 8, 8, 30, 1))  # batch, rows, columns, layers, channels
kernels = rng.normal(size=(3, 3, 5, 1, 2))

layer = keras.layers.Conv3D(2, (3, 3, 5), strides=(1, 1, 2), use_bias=False)
layer.build(shower.shape)
layer.set_weights([kernels])
result = np.asarray(layer(shower))  # (1, 6, 6, 13, 2)
