# %% [markdown]
# # Circles and rectangles
#
# A camera looks at a screen, a telescope at the sky, a tracker at the passage of a particle: each time
# somebody asks the image three questions. *What is it? How many are there? Where?* Here you build three
# small convolutional networks that answer them, for grey images of circles and rectangles, and the five
# short functions that an honest training needs around them.
#
# | question | you write | points |
# |---|---|---|
# | `split` | training, validation and test data that share no image | 4 |
# | `cross_entropy` | the loss of a classifier | 4 |
# | `choose_epoch` | which weights to keep | 2 |
# | `classify` | **what is it?** a network, and its trained weights | 6 |
# | `train` | its training | 4 |
# | `count_target` | what a counting network has to say | 2 |
# | `count` | **how many?** a network, and its trained weights | 7 |
# | `iou` | how well two boxes agree | 5 |
# | `locate` | **where?** a network, and its trained weights | 6 |
#
# **Keras or PyTorch**, as you like; you may even mix them. Both are sketched below.
#
# **How long it takes.** The functions are a few lines each. On a laptop without a graphics card the
# classifier trains in about a minute, the two other networks in three to eight minutes each. These cells are
# not run when you are graded: what counts is the files that they leave in the folder `weights/`. Hand in that
# folder together with the notebook.
#
# **How it is graded.** Below each answer stands a cell such as `check("split")`; run it as often as you like.
# Grading runs these checks and further ones. Your networks are loaded from your files and shown 256 new
# images each, drawn by the same generator with a secret seed. What they know must be in their weights: with
# a quarter of these shuffled, they must know less. Every question counts on its own: if you are stuck at one,
# go on with the next.
#
# In each answer cell, replace `raise NotImplementedError()` and leave the first line of the function alone.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder.notebook import load_weights, save_weights
from kernelwise import plotting
from kernelwise.data.shapes import draw_shapes

plotting.style()

# %% [markdown]
# ## The data
#
# `draw_shapes(n, seed)` draws `n` images of 64 × 64 pixels, each with one filled circle or rectangle of
# random size, place and brightness. Then comes noise, of 10 % of full scale. Row $i$ of an image is $y$,
# **downwards**; column $j$ is $x$, to the right. The same seed gives the same images.
#
# | | shape | what |
# |---|---|---|
# | `shapes.images` | `(n, 64, 64)` | `uint8`, 0 … 255 |
# | `shapes.kinds` | `(n, most)` | 0 rectangle, 1 circle, −1 no shape in this place |
# | `shapes.boxes` | `(n, most, 4)` | the box around each shape, $(x_0, y_0, x_1, y_1)$ in pixels |
#
# Here `most` is the largest number of shapes on an image: 1, unless you ask for more as in the lower row.
# The lecture's `[13 11 29 20]` is such a box: it reaches from $x = 13$ to 29 and from $y = 11$ to 20. For
# several shapes, `half_width` says how large they are, in pixels from the middle to the edge, and
# `overlap=False` keeps them apart.


# %% tags=["illustration"]
def show(shapes, axes):
    """Show images with the boxes around their shapes: orange for rectangles, blue for circles."""
    for image, kinds, boxes, ax in zip(*shapes, axes, strict=True):
        ax.imshow(image, cmap="gray", vmin=0, vmax=255, extent=(0, 64, 64, 0))
        for kind, (x0, y0, x1, y1) in zip(kinds, boxes, strict=True):
            ax.plot([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], color=("C1", "C0")[kind], lw=1)
        ax.set(xticks=[0, 64], yticks=[0, 64])


figure, axes = plt.subplots(2, 6, figsize=(9, 3.2))
show(draw_shapes(6, seed=3), axes[0])
show(draw_shapes(6, seed=3, count=(1, 4), half_width=(4, 10), overlap=False), axes[1])

# %% [markdown]
# Networks learn best from numbers around 1. So from now on images are `float32` between 0 and 1, which
# `pixels` makes of them. **Your networks are graded on such images**: they need not scale them again.


# %%
def pixels(images):
    """Images from 0 to 1: (n, 64, 64) uint8 → float32."""
    return images.astype(np.float32) / 255


# %% [markdown]
# ## 1. Split without a leak
#
# A network may know its training images by heart. How good it is, only images that it has *never* seen can
# tell, and there are two occasions to look:
#
# ```
# all images      ────────────────────────────────────────────────
# training        ■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■                the weights are fitted to these
# validation                                          ■■■■■■          which epoch, which network?
# test                                                      ■■■■■■    once, at the very end
# ```
#
# Choosing the best of ten epochs on the test images would be choosing the luckiest: a look-elsewhere effect.
# That is why the test images lie in the drawer until all choices are made.
#
# Write `split(n, validation, test, seed)`. It returns three arrays of indices, for training, validation and
# test. Together they hold each of 0 … $n-1$ exactly once; the second has `validation` of them, the third
# `test`, the first the rest. Which image goes where is **random**: data often come sorted, all circles
# first. And it is reproducible: the same `seed` gives the same split, another seed another one.
#
# `split(10, 2, 3, seed=0)` → arrays of 5, 2 and 3 indices.
#
# <details><summary>Hint</summary>
#
# `np.random.default_rng(seed)` is a source of random numbers of its own, and its method `permutation(n)`
# shuffles 0 … n − 1. Cut that into three pieces. Mind `x[-0:]`, which is all of `x`.
#
# </details>


# %% question="split"
def split(n, validation, test, seed):
    """Split n examples at random into three parts without a common one.

    Args:
        n: int. Examples.
        validation, test: int. Sizes of two parts, together at most n.
        seed: int. The same gives the same split.
    Returns:
        Three arrays of int: indices for training (n − validation − test), validation and test.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(n)
    training = n - validation - test
    chosen = training + validation
    return order[:training], order[training:chosen], order[chosen : chosen + test]
    ### END SOLUTION


# %% [markdown]
# ## 2. The loss
#
# A classifier gives one number for each class, its *logits* $z$: any real numbers, the larger the more
# likely. The softmax makes probabilities of them, and the loss is the surprise at the true class $y$,
# averaged over the $n$ images of a batch:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad
# L = -\frac{1}{n} \sum_{i=1}^{n} \ln p_{i,\,y_i} .$$
#
# **By hand:** $z = (0, 0)$ says nothing about two classes, and costs $\ln 2 = 0.693$. With $z = (2, 0)$ and
# $y = 0$ it is $\ln(1 + e^{-2}) = 0.127$; had it been $y = 1$, 2.127.
#
# Logits may be large: $e^{1000}$ is infinite for a computer. But adding a constant to all logits of an image
# changes no probability. Subtract the largest first, and stay with logarithms:
#
# $$-\ln p_y = \ln \sum_j e^{z_j - m} - (z_y - m), \qquad m = \max_j z_j .$$
#
# <details><summary>Hint</summary>
#
# `logits.max(axis=1, keepdims=True)` is the largest logit of each image, in a shape that can be subtracted.
# `z[np.arange(n), labels]` picks from each row the column of its label.
#
# </details>


# %% question="cross_entropy"
def cross_entropy(logits, labels):
    """Compute the mean surprise at the true classes.

    Args:
        logits: (n, classes) float, of any size.
        labels: (n,) int, 0 … classes − 1.
    Returns:
        float. The mean over the images.
    """
    ### BEGIN SOLUTION
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(log_p[np.arange(len(labels)), labels]) / len(labels)
    ### END SOLUTION


# %% [markdown]
# ## 3. Which weights to keep
#
# While training goes on, the training loss falls and falls. The validation loss goes up again when the
# network begins to learn the training images by heart, and it jumps on the way. So keep the weights of the
# epoch with the smallest **validation** loss.
#
# `choose_epoch([0.9, 0.4, 0.3, 0.5])` → `2`. Of equal ones take the first. An epoch whose loss is NaN (the
# training diverged) is never chosen: `choose_epoch([nan, 0.5, 0.4])` → `2`.
#
# <details><summary>Hint</summary>
#
# NaN is not less than anything, and nothing is less than NaN. numpy has `nanargmin`, and `int` makes a plain
# number of its result.
#
# </details>


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    """Find the epoch with the smallest validation loss.

    Args:
        validation_loss: list of float, one an epoch; at least one is not NaN.
    Returns:
        int. Index of the epoch, from 0; the first of equal ones.
    """
    ### BEGIN SOLUTION
    best = -1
    for epoch in range(len(validation_loss)):
        loss = validation_loss[epoch]
        if loss == loss and (best < 0 or loss < validation_loss[best]):
            best = epoch
    return best
    ### END SOLUTION


# %% [markdown]
# ## 4. What is it?
#
# Build a network that tells rectangles from circles. It takes one grey image from 0 to 1 and gives two
# **logits**, for rectangle and circle in this order. No softmax at the end: the loss applies it.
#
# | | images in | logits out |
# |---|---|---|
# | Keras | `(n, 64, 64, 1)`, so it begins with `keras.Input((64, 64, 1))` | `(n, 2)` |
# | PyTorch | `(n, 1, 64, 64)` | `(n, 2)` |
#
# A design that works: three stages of *convolution, batch normalisation, ReLU, pooling by 2*, with 8, 16
# and 32 channels and kernels of 5, 3 and 3. They leave 32 maps of 8 × 8 pixels. What a shape is does not
# depend on where it is, so take the **mean of each map** and let one dense layer decide. That is about
# 6,000 parameters, and they see far more than 99 % of the images right.
#
# `build_classifier()` returns a *new* network, not trained yet, each time it is called. Import the library
# inside the function, or in a cell of your own above; what several answers share may stand there too.
#
# **Full marks** for an accuracy of 99.5 % on new images, half of them for 97 %.
#
# <details><summary>A beginning in Keras</summary>
#
# ```python
# import keras
#
# model = keras.Sequential([keras.Input((64, 64, 1))])
# model.add(keras.layers.Conv2D(8, 5, padding="same"))
# model.add(keras.layers.BatchNormalization())
# model.add(keras.layers.Activation("relu"))
# model.add(keras.layers.MaxPooling2D())
# ...                                                  # two more stages
# model.add(keras.layers.GlobalAveragePooling2D())
# ```
#
# </details>
#
# <details><summary>A beginning in PyTorch</summary>
#
# ```python
# from torch import nn
#
# model = nn.Sequential(
#     nn.Conv2d(1, 8, 5, padding=2), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
#     ...,                                             # two more stages
#     nn.AdaptiveAvgPool2d(1), nn.Flatten(),
# )
# ```
#
# </details>


# %% question="classify"
def build_classifier():
    """Build a network that tells rectangles from circles.

    Returns:
        keras.Model, (n, 64, 64, 1) → (n, 2), or torch.nn.Module, (n, 1, 64, 64) → (n, 2): logits of
        rectangle and circle.
    """
    ### BEGIN SOLUTION
    import keras
    from keras import layers

    stack = [keras.Input((64, 64, 1))]
    for width, kernel in ((8, 5), (16, 3), (32, 3)):
        stack += [
            layers.Conv2D(width, kernel, padding="same", use_bias=False, kernel_initializer="he_uniform"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPool2D(2),
        ]
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(2)])
    ### END SOLUTION


# %% [markdown]
# The check above needs the weights as well, which the next question makes. Come back to it then.
#
# ## 5. Train it
#
# Write `train(model, images, labels, epochs, learning_rate)`. It goes through all images `epochs` times, in
# random order and in batches of 64 or so, and makes a step of Adam after each batch. It changes the model
# itself, and returns the mean training loss of each epoch, as a list.
#
# | argument | |
# |---|---|
# | `model` | what `build_classifier()` returned |
# | `images` | `(n, 64, 64)` `float32`, 0 … 1: **give them the axis of channels** |
# | `labels` | `(n,)` `int64`, 0 rectangle, 1 circle; in question 7 `(n, 2)`, for logits `(n, 2, 5)` |
# | result | list of `epochs` floats |
#
# The cell below calls it once an epoch, to look at the validation data in between. If your optimizer starts
# anew each time, that does no harm.
#
# <details><summary>Hint: Keras</summary>
#
# `images[..., None]` has the channel last. `model.compile` takes an optimizer and a loss, here
# `keras.losses.SparseCategoricalCrossentropy`; tell it that it gets logits. `model.fit` returns an object
# whose `history["loss"]` is the list you want; `verbose=0` keeps it silent. Compiling anew in each call costs
# a second or two: ask `model.compiled` first, and set the learning rate of its optimizer in any case.
#
# </details>
#
# <details><summary>Hint: PyTorch</summary>
#
# `torch.from_numpy(images[:, None])` has the channel first. Call `model.train()`, make an optimizer, and loop
# over the epochs and over pieces of `torch.randperm(len(images))`. Each batch takes five lines: logits, loss,
# `zero_grad`, `backward`, `step`. If you move the classes to axis 1,
# `torch.nn.functional.cross_entropy(logits.movedim(-1, 1), labels)`, then the same function trains the
# counting network of question 7.
#
# </details>
#
# **Full marks** if three epochs with 128 images, or if need be twelve, teach a fresh network to tell small
# shapes from large ones, which is easy, and another one the contrary: only the labels say which of them is
# which. The check does this with a learning rate of 0.01.


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    """Train a network whose outputs are logits, with the cross-entropy.

    Args:
        model: network with logits (n, …, classes); changed in place.
        images: (n, 64, 64) float32, 0 to 1.
        labels: (n, …) int64. True classes.
        epochs: int. How often each image is seen.
        learning_rate: float. Of Adam.
    Returns:
        list of float: mean training loss of each epoch.
    """
    ### BEGIN SOLUTION
    import keras

    if not model.compiled:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss)
    model.optimizer.learning_rate = learning_rate
    return model.fit(images[..., None], labels, batch_size=64, epochs=epochs, verbose=0).history["loss"]
    ### END SOLUTION


# %% [markdown]
# Now all of it together. `fit`, which is given, uses your `split`, `choose_epoch` and a loss, trains one
# epoch at a time with a learning rate that falls along half a cosine, and saves the weights each time the
# validation loss is the best so far. What it returns for the test images is from the weights that it kept;
# nothing is chosen by them. Try it with 400 images in place of 12,000 first, and run `check("classify")`:
# that takes seconds, and a fault in the form of the output shows before a long training.
#
# Are you stuck at one of these functions? Then train in a cell of your own, with whatever you like, and end
# with `save_weights(model, "classify")`. Only the file counts. It also gives you the network back after a
# restart: `load_weights(build_classifier(), "classify")`.


# %%
def predict(model, images):
    """What a network of either library makes of images: (n, 64, 64) float32 → array."""
    if hasattr(model, "state_dict"):  # PyTorch
        import torch

        model.eval()
        batches = np.split(images[:, None], range(256, len(images), 256))
        with torch.no_grad():
            return np.concatenate([model(torch.from_numpy(batch)).numpy() for batch in batches])
    return model.predict(images[..., None], batch_size=256, verbose=0)


def fit(question, model, train, loss, images, truth, *, epochs, learning_rate):
    """Train a network, and save its weights of the best epoch; return (its outputs, truth) for test data."""
    tenth = len(images) // 10
    training, validation, test = split(len(images), tenth, tenth, seed=0)
    losses = {"training": [], "validation": []}
    for epoch in range(epochs):
        rate = learning_rate * (1 + np.cos(np.pi * epoch / epochs)) / 2
        losses["training"] += train(model, images[training], truth[training], 1, rate)
        losses["validation"].append(loss(predict(model, images[validation]), truth[validation]))
        print(f"epoch {epoch + 1} of {epochs}:", *(f"{name} {each[-1]:.4f}" for name, each in losses.items()))
        if np.isfinite(losses["validation"]).any() and choose_epoch(losses["validation"]) == epoch:
            save_weights(model, question)
            outputs = predict(model, images[test])
    _, ax = plt.subplots(figsize=(5, 2.5))
    for name, each in losses.items():
        ax.plot(range(1, epochs + 1), each, "o-", label=name)
    ax.set(xlabel="epoch", ylabel="loss", yscale="log", title=question)
    ax.legend()
    return outputs, truth[test]


# %% tags=["illustration"]
# About a minute.
shapes = draw_shapes(12_000, seed=1)
logits, kinds = fit(
    "classify",
    build_classifier(),
    train,
    cross_entropy,
    pixels(shapes.images),
    shapes.kinds[:, 0],
    epochs=5,
    learning_rate=0.01,
)
print(f"accuracy on {len(kinds)} test images: {np.mean(logits.argmax(axis=1) == kinds):.4f}")

# %% [markdown]
# With batch normalisation the validation loss may jump, and be *far* worse than the training loss in some
# of the first epochs, even with perfect ranking: in use, the network takes means and variances that it
# collects slowly during training. Give it time.
#
# ## 6. What to count
#
# From now on an image has one to four shapes, and they do not touch. `shapes.kinds` says for each image and
# each of its four places what is there: 0 a rectangle, 1 a circle, −1 nothing. Make of it what the network
# has to say: the number of rectangles and the number of circles.
#
# `count_target(np.array([[0, 1, 1, -1], [0, 0, -1, -1], [1, -1, -1, -1]]))` → `[[1, 2], [2, 0], [0, 1]]`.
#
# <details><summary>Hint</summary>
#
# `kinds == 1` is an array of truth values, and their sum along an axis is a number of circles. `np.stack`
# puts two arrays side by side, along the axis that you name.
#
# </details>


# %% question="count_target"
def count_target(kinds):
    """Count the rectangles and circles of each image.

    Args:
        kinds: (n, most) int. 0 rectangle, 1 circle, −1 nothing.
    Returns:
        (n, 2) int. Numbers of rectangles and of circles.
    """
    ### BEGIN SOLUTION
    rectangles = np.sum(kinds == 0, axis=1)
    circles = np.sum(kinds == 1, axis=1)
    return np.stack([rectangles, circles], axis=1)
    ### END SOLUTION


# %% [markdown]
# ## 7. How many?
#
# Counting is classifying: there are 0, 1, 2, 3 or 4 rectangles, five classes, and five again for the
# circles. So the network gives ten logits for an image, as an array of shape `(n, 2, 5)`:
# `logits[i, 0, k]` says how much it believes in $k$ rectangles, `logits[i, 1, k]` in $k$ circles.
#
# The mean of a map over the image, times its area, is the *sum* of what it found: just right for counting.
# But the shapes are small now, and neighbours must be kept apart. What works: four stages as above, with 16,
# 32, 64 and 96 channels, the mean of each map, a dense layer of 64 with ReLU, and a dense layer of 10. The
# last layer puts them in order: `keras.layers.Reshape((2, 5))` or `torch.nn.Unflatten(1, (2, 5))`.
#
# An image counts as right if **both** numbers are. **Full marks** for 97 % of new images, half for 85 %.
# No constant answer is right for more than one image in eight.


# %% question="count"
def build_counter():
    """Build a network that counts up to four rectangles and four circles.

    Returns:
        keras.Model, (n, 64, 64, 1) → (n, 2, 5), or torch.nn.Module, (n, 1, 64, 64) → (n, 2, 5): logits of
        0 … 4 rectangles, and of 0 … 4 circles.
    """
    ### BEGIN SOLUTION
    import keras
    from keras import layers

    stack = [keras.Input((64, 64, 1))]
    for width, kernel in ((16, 5), (32, 3), (64, 3), (96, 3)):
        stack += [
            layers.Conv2D(width, kernel, padding="same", use_bias=False, kernel_initializer="he_uniform"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPool2D(2),
        ]
    stack += [
        layers.GlobalAveragePooling2D(),
        layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
        layers.Dense(10),
        layers.Reshape((2, 5)),
    ]
    return keras.Sequential(stack)
    ### END SOLUTION


# %% [markdown]
# Train it with the function of question 5. If that expects labels of shape `(n,)` only, write another
# function in a cell of your own and put its name below.

# %% tags=["illustration"]
# Three to eight minutes.
shapes = draw_shapes(20_000, seed=2, count=(1, 4), half_width=(4, 10), overlap=False)
logits, counts = fit(
    "count",
    build_counter(),
    train,
    lambda logits, counts: cross_entropy(logits.reshape(-1, 5), counts.reshape(-1)),
    pixels(shapes.images),
    count_target(shapes.kinds),
    epochs=5,
    learning_rate=0.005,
)
right = (logits.argmax(axis=2) == counts).all(axis=1)
print(f"both numbers right on {len(right)} test images: {right.mean():.4f}")

# %% [markdown]
# ## 8. How well do two boxes agree?
#
# A box is $(x_0, y_0, x_1, y_1)$: the corner at the upper left, then the one at the lower right. Two boxes
# $a$ and $b$ agree by their *intersection over union*, 1 if they are equal and 0 if they have nothing in
# common:
#
# ```
#    13        21      29        37
# 11 ┌─────────┬───────┬─────────┐
#    │    a    │  both │    b    │            |a ∩ b|            |a ∩ b|
#    │         │       │         │     IoU = ───────── = ───────────────────────
# 20 └─────────┴───────┴─────────┘            |a ∪ b|     |a| + |b| − |a ∩ b|
# ```
#
# **By hand:** $a = (13, 11, 29, 20)$ is 16 pixels wide and 9 high and has an area of 144, as has
# $b = (21, 11, 37, 20)$. They share $8 \cdot 9 = 72$. So the IoU is $72 / (144 + 144 - 72) = 1/3$.
#
# The intersection of two boxes is a box again. It begins at the larger of the two $x_0$ and ends at the
# smaller of the two $x_1$. If it ends before it begins, it is empty: a width below zero counts as zero. Mind
# boxes that are apart in both directions, where two negative numbers multiply to a positive one.
#
# A network may say that a box ends before it begins; it has no inside then, and its area is 0. Where *both*
# boxes are empty the IoU is 0, not NaN.
#
# <details><summary>Hint</summary>
#
# `np.maximum(a, b)` compares number by number; `np.clip(width, 0, None)` cuts what is below zero. A small
# function for the area of boxes serves three times. `np.maximum(union, 1e-12)` makes a union of 0 harmless,
# since the intersection is 0 as well.
#
# </details>


# %% question="iou"
def iou(a, b):
    """Compute the intersection over union of boxes, pair by pair.

    Args:
        a, b: (n, 4) float. Boxes (x0, y0, x1, y1), pixels.
    Returns:
        (n,) float, 0 to 1.
    Example:
        >>> iou(np.array([[13.0, 11.0, 29.0, 20.0]]), np.array([[21.0, 11.0, 37.0, 20.0]]))
        array([0.33333333])
    """

    ### BEGIN SOLUTION
    def area(boxes):
        return np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1)

    begin, end = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    shared = area(np.concatenate([begin, end], axis=1))
    union = area(a) + area(b) - shared
    return shared / np.maximum(union, 1e-12)
    ### END SOLUTION


# %% [markdown]
# ## 9. Where is it?
#
# One shape an image again, as in question 4. The network gives four numbers for each image, the box
# $(x_0, y_0, x_1, y_1)$ **in pixels**, 0 to 64.
#
# The mean of a map has forgotten *where* something was. So keep the last maps as they are, 8 × 8 pixels with
# 32 channels, flatten them, and add a dense layer of 64 with ReLU and one of 4. Numbers around 30 are large
# for a network that has just been made. Let it say fractions of the image, with a sigmoid, and multiply by
# 64 in its last layer: `keras.layers.Rescaling(64)`, or a small `torch.nn.Module` of your own.
#
# Its training is a *regression*: the loss is the mean distance $|{\rm said} - {\rm true}|$ of the four edges,
# `mean_absolute_error` in Keras or `torch.nn.functional.l1_loss` in PyTorch. Apart from that
# `train_locator` is your `train`. Only the network is graded, on your file of weights.
#
# **Full marks** for a mean IoU of 0.85 on new images, half of them for 0.70. A constant box reaches
# 0.11 at best.


# %% question="locate"
def build_locator():
    """Build a network that finds the box around one shape.

    Returns:
        keras.Model, (n, 64, 64, 1) → (n, 4), or torch.nn.Module, (n, 1, 64, 64) → (n, 4): x0, y0, x1, y1
        in pixels.
    """
    ### BEGIN SOLUTION
    import keras
    from keras import layers

    stack = [keras.Input((64, 64, 1))]
    for width, kernel in ((16, 5), (32, 3), (32, 3)):
        stack += [
            layers.Conv2D(width, kernel, padding="same", use_bias=False, kernel_initializer="he_uniform"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPool2D(2),
        ]
    stack += [
        layers.Flatten(),
        layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
        layers.Dense(4, activation="sigmoid"),
        layers.Rescaling(64),
    ]
    return keras.Sequential(stack)
    ### END SOLUTION


def train_locator(model, images, boxes, epochs=1, learning_rate=0.003):
    """Train a network whose outputs are boxes, with the mean absolute error.

    Args:
        model: network with outputs (n, 4); changed in place.
        images: (n, 64, 64) float32, 0 to 1.
        boxes: (n, 4) float32. True boxes, pixels.
        epochs, learning_rate: as for train.
    Returns:
        list of float: mean training loss of each epoch.
    """
    ### BEGIN SOLUTION
    import keras

    if not model.compiled:
        model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss="mean_absolute_error")
    model.optimizer.learning_rate = learning_rate
    return model.fit(images[..., None], boxes, batch_size=64, epochs=epochs, verbose=0).history["loss"]
    ### END SOLUTION


# %% tags=["illustration"]
# Three to eight minutes.
shapes = draw_shapes(20_000, seed=3)
boxes, true_boxes = fit(
    "locate",
    build_locator(),
    train_locator,
    lambda boxes, truth: 1 - iou(boxes, truth).mean(),
    pixels(shapes.images),
    shapes.boxes[:, 0],
    epochs=8,
    learning_rate=0.003,
)
print(f"mean IoU on {len(boxes)} test images: {iou(boxes, true_boxes).mean():.4f}")

# %% [markdown]
# ## Before you hand in
#
# `check()` without a name runs all public checks. In the folder `weights/` there are three files now, for
# `classify`, `count` and `locate`; they belong to the networks that the cells above build. If you change a
# network, train it again.
#
# Questions to think about, for which there are no points.
#
# - The counting network is nearly perfect on shapes that do not touch: what does it say with `overlap=True`,
#   and what could *anybody* say where one shape hides another?
# - What do your networks say at three times the noise, which they have never seen?
# - A place can be said without a dense layer. Let the last convolution make four maps, one for each edge; a
#   softmax over the pixels of a map makes probabilities of it, and the *mean place* under these is the edge.
#   Such a network of 24,000 parameters reaches a mean IoU of 0.94. Why does it do better than one of 146,000
#   that ends in dense layers, which reaches 0.91?
