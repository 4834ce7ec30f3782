import keras
import numpy as np

x = np.arange(1.0, 7.0).reshape(1, 6, 1)  # batch, pixels, channels
layer = keras.layers.Conv1D(1, 3, strides=2, padding="same", use_bias=False)
layer.build(x.shape)
layer.set_weights([np.ones((3, 1, 1))])  # pixels, channels, filters

result = np.asarray(layer(x)).ravel()  # 6, 12, 11
