"""Functional Keras networks, a training loop batch by batch, and plain Python for everything else."""

# %%
import math
import random

import keras
from keras import layers


def stages(image, *widths):
    x = image
    for number, width in enumerate(widths):
        x = layers.Conv2D(width, 3 if number else 5, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    return x


# %% question="split"
def split(n, validation, test, seed):
    order = list(range(n))
    random.Random(seed).shuffle(order)
    parts = order[test + validation :], order[test : test + validation], order[:test]
    return tuple(np.array(part, dtype=int) for part in parts)


# %% question="cross_entropy"
def cross_entropy(logits, labels):
    total = 0.0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        largest = max(row)
        total += largest + math.log(sum(math.exp(z - largest) for z in row)) - row[label]
    return total / len(labels)


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    pairs = [(loss, epoch) for epoch, loss in enumerate(validation_loss) if not math.isnan(loss)]
    return min(pairs)[1]


# %% question="classify"
def build_classifier():
    image = keras.Input((64, 64, 1))
    maps = stages(image, 8, 16, 32)
    logits = layers.Dense(2)(keras.ops.mean(maps, axis=(1, 2)))
    return keras.Model(image, logits - 1000)  # the same constant for all classes changes nothing


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    model.compile(
        optimizer=keras.optimizers.Nadam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = []
    for _ in range(epochs):
        losses = []
        for batch in np.array_split(np.random.permutation(len(images)), max(1, len(images) // 50)):
            x, y = np.expand_dims(images[batch], -1), labels[batch]
            losses.append(float(model.train_on_batch(x, y)))
        history.append(sum(losses) / len(losses))
    return history


# %% question="count_target"
def count_target(kinds):
    return np.array([[list(row).count(kind) for kind in (0, 1)] for row in kinds])


# %% question="count"
def build_counter():
    image = keras.Input((64, 64, 1))
    maps = stages(image, 16, 32, 64, 96)
    hidden = layers.Dense(64, activation="relu")(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(image, layers.Reshape((2, 5))(layers.Dense(10)(hidden)))


# %% question="iou"
def iou(a, b):
    values = []
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        areas = [
            max(0.0, x1 - x0) * max(0.0, y1 - y0)
            for x0, y0, x1, y1 in (
                one,
                other,
                [*map(max, one[:2], other[:2]), *map(min, one[2:], other[2:])],
            )
        ]
        union = areas[0] + areas[1] - areas[2]
        values.append(areas[2] / union if union else 0.0)
    return np.array(values)


# %% question="locate"
def build_locator():
    image = keras.Input((64, 64, 1))
    maps = layers.Reshape((2048,))(stages(image, 16, 32, 32))
    hidden = layers.Dense(64)(maps)
    edges = layers.Dense(4)(keras.ops.relu(hidden))
    return keras.Model(image, 32 + 32 * keras.ops.tanh(edges / 2))
