import keras
import numpy as np

rng = np.random.default_rng(0)
images = rng.normal(size=(1, 6, 6, 3))  # batch, height, width, channels
kernels = rng.normal(size=(3, 3, 3, 1))  # height, width, channels, one each

layer = keras.layers.DepthwiseConv2D(3, use_bias=False)
layer.build(images.shape)
layer.set_weights([kernels])
result = np.asarray(layer(images))
