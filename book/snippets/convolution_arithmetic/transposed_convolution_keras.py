import keras
import numpy as np

x = np.array([2.0, 4.0, 6.0]).reshape(1, 3, 1)  # batch, pixels, channels
stamp = np.array([0.5, 1.0, 0.5]).reshape(3, 1, 1)  # pixels, filters, channels

layer = keras.layers.Conv1DTranspose(1, 3, strides=2, use_bias=False)
layer.build(x.shape)
layer.set_weights([stamp])
result = np.asarray(layer(x)).ravel()  # 1, 2, 3, 4, 5, 6, 3
