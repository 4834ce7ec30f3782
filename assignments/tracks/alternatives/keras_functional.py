"""Keras's functional interface and a loop of its own around gradients; numpy throughout."""

# %%
import keras
import tensorflow as tf
from keras import layers

# %% question="sagitta"
SPEED_OF_LIGHT = 0.299792458  # m/ns


def radius(momentum, field):
    return np.asarray(momentum) / field / SPEED_OF_LIGHT


def sagitta(momentum, field, length):
    return np.square(length) / radius(momentum, field) / 8


# %% question="pixels"
def sagitta_in_pixels(momentum, field, length, size):
    bend = 0.299792458 * field * length**2 / (8 * momentum)
    return bend / (length / size)


def momentum_of_one_pixel(field, length, size):
    return sagitta_in_pixels(1.0, field, length, size)


# %% question="resize"
def resize(images, size):
    factor = images.shape[1] // size
    edges = np.arange(0, images.shape[1], factor)
    sums = np.add.reduceat(np.add.reduceat(images, edges, axis=1, dtype=int), edges, axis=2)
    return sums / factor**2


# %% question="mirror"
def mirror(images):
    return np.flip(images, axis=-2).copy()


# %% question="checkpoint"
def best_epoch(validation_accuracy, test_accuracy):
    return np.argmax(np.nan_to_num(validation_accuracy, nan=-1))


# %% question="efficiency"
def efficiency(momenta, found, edges):
    total, _ = np.histogram(momenta, edges)
    passed, _ = np.histogram(momenta[found], edges)
    with np.errstate(invalid="ignore"):
        part = passed / total
        return np.array([part, np.sqrt(part * (1 - part) / total)])


# %% question="model"
def build_model():
    image = keras.Input((128, 128, 1), name="picture")
    x = layers.MaxPooling2D((1, 8))(image)
    for width, height, stride in ((16, 5, 1), (32, 7, 1), (64, 7, 2), (96, 9, 1)):
        x = layers.ZeroPadding2D(((height // 2, height // 2), (0, 0)))(x)
        x = layers.Conv2D(width, (height, 2), strides=(stride, 2), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(image, layers.Dense(1)(x))


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    optimizer = keras.optimizers.SGD(10 * learning_rate, momentum=0.9)
    optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(x, y):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, logits))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))

    for _ in range(epochs):
        for rows in np.array_split(np.random.permutation(len(images)), max(1, len(images) // 32)):
            step(tf.constant(images[rows, :, :, None]), tf.constant(labels[rows], tf.float32))
    return model
