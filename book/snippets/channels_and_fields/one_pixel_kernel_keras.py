import keras
import numpy as np

rng = np.random.default_rng(0)
particles = rng.normal(size=(1, 5, 4))  # batch, particles, features
weights, bias = rng.normal(size=(4, 2)), rng.normal(size=2)

convolution, dense = keras.layers.Conv1D(2, 1), keras.layers.Dense(2)
convolution.build(particles.shape)
dense.build(particles.shape)
convolution.set_weights([weights[None], bias])  # (1, 4, 2): a kernel of one
dense.set_weights([weights, bias])  # (4, 2): the same numbers

result = np.asarray(convolution(particles))
assert np.allclose(result, dense(particles), atol=1e-6)
