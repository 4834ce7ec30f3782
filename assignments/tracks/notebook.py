# %% [markdown]
# # A straight track among ten
#
# Charged particles fly through a magnetic field and sixteen detector planes. Each leaves one hit in each
# plane, and its path is an arc: the smaller its momentum, the stronger it bends. Ten particles cross at a
# time. Most have little momentum. **In half of the pictures one of the ten has much more. Is there one?**
#
# This is the question of a trigger: keep the event or throw it away, within a moment, from the raw hits. You
# work out what can be seen at all, then train a convolutional network that sees it.
#
# | question | you write | points |
# |---|---|---|
# | `sagitta` | how much a track bends | 5 |
# | `pixels` | how many pixels that is | 4 |
# | `resize` | smaller pictures | 4 |
# | `mirror` | twice as many pictures, for free | 2 |
# | `checkpoint` | which epoch to keep | 3 |
# | `model` | a network, how it is trained, and its weights | 18 |
# | `efficiency` | at which momenta it finds them | 4 |
#
# **How it is graded.** Below each answer stands a cell such as `check("resize")`. Run it as often as you
# like: it calls your functions on numbers that you can redo by hand. Grading runs these checks and further
# ones on fresh inputs. Each question counts on its own: stuck at one, go on with the next. For the network
# you hand in its weights, and grading shows it 1,000 pictures that nobody has seen before.
#
# **How long it takes.** The short questions: an hour. Training: five to ten minutes on a laptop without a
# graphics card. Try your network on few pictures first.
#
# **Rules of the house.** Pictures are arrays of shape `(n, h, w)`: picture, row, column. Leave the arrays
# that you are given unchanged. Use Keras or PyTorch, as you like. Of the course, answers may import
# `kernelwise.data.tracks` and `kernelwise.plotting`; the former has the formulas of the first questions too,
# and nothing is learned by calling those.
#
# In each answer cell, replace `raise NotImplementedError()` and leave the first line of each function alone.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder.notebook import load_weights, save_weights
from kernelwise import plotting
from kernelwise.data.tracks import draw_tracks

plotting.style()

# %% [markdown]
# ## What the detector sees
#
# The window is a square of 1 m, the field 2 T, out of the plane of the drawing. Particles come in from the
# left, nearly along $x$, and are positive or negative. Ordinary ones have a transverse momentum $p_T$ of 0.6
# to 1.5 GeV, the rare straight ones of 5 to 20 GeV. A column of hits is a detector plane.
#
# `draw_tracks(n, seed, size=128)` draws as many pictures as you like, the same ones for the same seed:
#
# | field | shape | |
# |---|---|---|
# | `images` | `(n, size, size)` uint8 | 0 … 255. **Row 0 is $y = 0$**: plot with `origin="lower"` |
# | `labels` | `(n,)` uint8 | 1: one of the ten tracks is of high momentum |
# | `momenta` | `(n, 10)` float | $p_T$ of each track, GeV |
# | `hits` | `(n, 10, 16)` float | measured heights, m |
#
# In the right picture the fast particle's hits have circles.

# %% tags=["illustration"]
event = draw_tracks(2, seed=12)
fig, axes = plt.subplots(1, 2, figsize=(8, 4))
for ax, i in zip(axes, np.argsort(event.labels), strict=True):
    ax.imshow(event.images[i], origin="lower", extent=(0, 1, 0, 1), cmap="gray_r")
    ax.set(title=f"label {event.labels[i]}", xlabel="x (planes)", ylabel="y / m")
    if event.labels[i]:
        fast = event.momenta[i].argmax()
        planes = (np.arange(16) + 0.5) / 16
        ax.plot(planes, event.hits[i, fast], "o", mfc="none", mec="C2", ms=9)
        ax.set_title(f"label 1: {event.momenta[i, fast]:.1f} GeV")

# %% [markdown]
# ## 1. How much does a track bend?
#
# The Lorentz force keeps a particle of charge 1 on a circle. In the units of the field,
#
# $$p_T\,[\mathrm{GeV}] = 0.3\; B\,[\mathrm{T}]\; R\,[\mathrm{m}] .$$
#
# The 0.3 is the speed of light in disguise, $0.29979$; either is accepted. Draw the straight line from the
# first hit to the last one, a chord of length $L$. In the middle, the arc lies off the chord by the *sagitta*
#
# ```
#          _.-─┬─-._
#       .-'    │ s  `-.            s = R − √(R² − L²/4)  ≈  L² / (8 R)      for R much larger than L
#     .'_______│________`.
#     ◄─────── L ────────►
# ```
#
# It is what a spectrometer measures. Write both functions: the radius, and the sagitta in the approximation
# of small angles, $L^2/(8R)$. Both are lengths in **metres**.
#
# **By hand:** 1.2 GeV in 2 T: `radius(1.2, 2.0)` → `2.0`. At 2 GeV, 2 T and 1 m the track bends by 37.5 mm,
# `sagitta(2.0, 2.0, 1.0)` → `0.0375`; at 10 GeV by 7.5 mm.
#
# <details><summary>Hint</summary>
#
# Solve the first formula for $R$, and put it into the second. Written with `*`, `/` and `**` alone, a
# function takes an array of momenta as well as a single one.
#
# </details>


# %% question="sagitta"
def radius(momentum, field):
    """Return the radius on which a particle of charge 1 runs.

    Args:
        momentum: p_T, GeV; a number or an array.
        field: B, T.
    Returns:
        R, m.
    Example:
        >>> radius(1.2, 2.0)
        2.0
    """
    ### BEGIN SOLUTION
    return momentum / (0.3 * field)
    ### END SOLUTION


def sagitta(momentum, field, length):
    """Return how far the middle of the arc lies from its chord, for small angles.

    Args:
        momentum: p_T, GeV; a number or an array.
        field: B, T.
        length: L of the chord, m.
    Returns:
        s, m.
    Example:
        >>> round(sagitta(2.0, 2.0, 1.0), 6)
        0.0375
    """
    ### BEGIN SOLUTION
    return length**2 / (8 * radius(momentum, field))
    ### END SOLUTION


# %% [markdown]
# ## 2. Can one see it?
#
# A picture of `size` × `size` pixels shows a window of $L \times L$, and the tracks cross all of it. So how
# many pixels is the sagitta? And at which momentum is it just one pixel?
#
# **By hand:** 2 GeV in 2 T over 1 m bends by 37.5 mm. With 128 pixels for 1 m, that is 4.8 pixels; with 512
# it is 19.2. One pixel of 128 is 7.8 mm, the sagitta at 9.6 GeV: `momentum_of_one_pixel(2.0, 1.0, 128)` →
# `9.6`.
#
# Write both functions so that they stand on their own: they need not call those of question 1.
#
# <details><summary>Hint</summary>
#
# A pixel is $L/\mathrm{size}$ wide. Set $s = 0.3\,B L^2/(8\,p_T)$ equal to it and solve for $p_T$.
#
# </details>


# %% question="pixels"
def sagitta_in_pixels(momentum, field, length, size):
    """Return the sagitta of a track in pixels of the picture.

    Args:
        momentum: p_T, GeV; a number or an array.
        field: B, T.
        length: of the track along x and of the window's sides, m.
        size: pixels along each side of the picture.
    Returns:
        Sagitta for small angles, pixels.
    Example:
        >>> round(sagitta_in_pixels(2.0, 2.0, 1.0, 128), 6)
        4.8
    """
    ### BEGIN SOLUTION
    return 0.3 * field * length * size / (8 * momentum)
    ### END SOLUTION


def momentum_of_one_pixel(field, length, size):
    """Return the momentum at which the sagitta is one pixel; above it, it is less.

    Args:
        field, length, size: as above.
    Returns:
        p_T, GeV.
    Example:
        >>> round(momentum_of_one_pixel(2.0, 1.0, 128), 6)
        9.6
    """
    ### BEGIN SOLUTION
    return 0.3 * field * length * size / 8
    ### END SOLUTION


# %% [markdown]
# ## 3. Smaller pictures
#
# The lecture's pictures have 512 × 512 pixels, and its author makes them 128 × 128 "to save computation": a
# layer then has sixteen times less to do. The fair way is the **mean over blocks**. With a factor of 4, each
# block of 4 × 4 pixels becomes one:
#
# ```
#  0   4 │  8   8
#  4   8 │  0   0             4   4                   size 4 → size 2
# ───────┼────────    ──►
# 255 255│  1   2           255   1.5
# 255 255│  2   1
# ```
#
# Taking one pixel of sixteen would lose most hits, and the largest of a block would make everything fat.
# `images` are uint8, whole numbers up to 255: four times 255 does not fit into that type. The means need not
# be whole, so **return floats**, in the same units, 0 to 255.
#
# | argument | shape | |
# |---|---|---|
# | `images` | `(n, h, h)` | uint8 |
# | `size` | | divides `h` |
# | result | `(n, size, size)` | float32 or float64 |
#
# <details><summary>Hint</summary>
#
# Cut each axis in two: `(n, h, h)` becomes `(n, size, factor, size, factor)` by `reshape`. Which axes count
# the pixels *inside* a block? Take `mean` over these two; it works in floats by itself.
#
# </details>


# %% question="resize"
def resize(images, size):
    """Make square images smaller by a whole factor: the mean over blocks.

    Args:
        images: (n, h, h) uint8.
        size: pixels along each side of the result; divides h.
    Returns:
        (n, size, size) float, 0 to 255.
    Example:
        >>> resize(np.array([[[0, 4], [4, 9]]], np.uint8), 1)
        array([[[4.25]]])
    """
    ### BEGIN SOLUTION
    n, h, _ = images.shape
    factor = h // size
    blocks = images.reshape(n, size, factor, size, factor)
    return blocks.mean(axis=(2, 4))
    ### END SOLUTION


# %% [markdown]
# What does it cost? The two momenta that matter here are 1.5 GeV, the straightest ordinary track, and 5 GeV,
# the most bent of the fast ones. At 128 pixels they bend by 6.4 and by 1.9 pixels: that can still be told
# apart, since a spot's centre is known to a fraction of a pixel. So going to 128 is a good bargain. At 32
# pixels they would bend by 1.6 and 0.5.

# %% tags=["illustration"]
large = draw_tracks(1, seed=5, size=512).images
try:
    fig, axes = plt.subplots(1, 3, figsize=(11, 3.8))
    for ax, size in zip(axes, (512, 128, 32), strict=True):
        ax.imshow(resize(large, size)[0], origin="lower", cmap="gray_r")
        ax.set_title(f"{size}²: 5 GeV bend by {sagitta_in_pixels(5.0, 2.0, 1.0, size):.1f} pixels")
except NotImplementedError:
    plt.close("all")
    print("This picture appears when questions 2 and 3 are answered.")

# %% [markdown]
# ## 4. Twice as many pictures, for free
#
# A network learns better from more pictures. A mirrored picture is a new one, with the same answer, if the
# mirror image is one **that this detector could have seen**. There are two mirrors to choose from:
#
# ```
#    up ↔ down                      left ↔ right
#    ╲   becomes  ╱                 tracks enter where they left
# ```
#
# Think it over before you read on. Particles come with both charges, and bend either way. They enter nearly
# along $x$, at angles of 0.1 rad or so, at any height; bent by the field, half of them leave at more than
# 34°.
#
# Write `mirror`, which turns every picture over with the mirror that keeps the physics.
#
# <details><summary>Hint</summary>
#
# Upside down, positive charges look like negative ones, and both are there. Swapped left to right, tracks
# would come in at large angles and leave along $x$: no such picture is ever seen. Rows are $y$.
#
# </details>


# %% question="mirror"
def mirror(images):
    """Turn pictures over such that they could be real ones.

    Args:
        images: (n, h, w), any dtype. Rows are y, columns x; not changed.
    Returns:
        (n, h, w), the same dtype.
    """
    ### BEGIN SOLUTION
    return images[:, ::-1]
    ### END SOLUTION


# %% [markdown]
# ## 5. Which epoch to keep?
#
# Training goes up and down: the last epoch is seldom the best. So keep the weights after each epoch and go
# back to the best one. The lecture does that too, but looks at the *test* data to choose:
#
# ```
# Epoch  8: val_accuracy improved from 0.68570 to 0.76360, saving model
# Epoch  9: val_accuracy improved from 0.76360 to 0.79970, saving model
# Epoch 10: val_accuracy improved from 0.79970 to 0.84110, saving model
# ```
#
# with `validation_data=test_data` a line above. The largest of ten noisy numbers is too large on average:
# what was chosen by the test data is no longer tested by them. So choose by **validation** data, pictures
# kept aside for this, and look at the test data once, at the end.
#
# Write `best_epoch`. It is given both curves, and returns the epoch to keep:
#
# - counted from 0, as Python does: it is an index;
# - of several equally good epochs the first one;
# - never an epoch whose accuracy is NaN (there the training went astray). At least one epoch is a number.
#
# **By hand:** validation 0.50, 0.75, 0.75 and test 0.50, 0.70, 0.80 → `1`.
#
# <details><summary>Hint</summary>
#
# One of the two arguments is a temptation. `np.argmax` gives the first of several; what does it make of NaN?
# See also `np.nanargmax`.
#
# </details>


# %% question="checkpoint"
def best_epoch(validation_accuracy, test_accuracy):
    """Return the epoch whose weights to keep.

    Args:
        validation_accuracy, test_accuracy: (epochs,) float, 0 to 1, or NaN.
    Returns:
        int, counted from 0.
    Example:
        >>> best_epoch(np.array([0.50, 0.75, 0.75]), np.array([0.50, 0.70, 0.80]))
        1
    """
    ### BEGIN SOLUTION
    return int(np.nanargmax(validation_accuracy))
    ### END SOLUTION


# %% [markdown]
# ## 6. The network
#
# Write two functions, in Keras or in PyTorch. `import keras` or `import torch` stands in the cell of the
# answer or in one of your own above it.
#
# **`build_model()`** returns a new, untrained network.
#
# | | Keras | PyTorch |
# |---|---|---|
# | takes, float32, **0 to 1** | `(n, 128, 128, 1)` | `(n, 1, 128, 128)` |
# | gives, float32 | `(n, 1)` | `(n, 1)` |
#
# The output is the **logit** of "there is a fast track": above 0 means yes, and there is *no sigmoid* at the
# end. The loss takes the logit (`from_logits=True`, `binary_cross_entropy_with_logits`), which is exact also
# where a probability would round to 0 or 1.
#
# **`train(model, images, labels, epochs, learning_rate)`** trains the network it is given, and returns it.
# `images` are `(n, 128, 128)` float32, 0 to 1, without the axis of channels: add it. `labels` are `(n,)`. The
# cell below calls it once an epoch, so that it can look at the validation data in between; that the optimizer
# starts anew each time does no harm.
#
# ```python
# # Keras                                            # PyTorch
# def build_model():                                 def build_model():
#     return keras.Sequential([                          return nn.Sequential(
#         keras.Input((128, 128, 1)),                        nn.Conv2d(1, …),
#         layers.Conv2D(…),                                  …
#         …                                                  nn.Flatten(),
#         layers.Dense(1),                                   nn.Linear(…, 1),
#     ])                                                 )
#
# # train: compile, fit, return model                # train: model.train(), optimizer, batches, return model
# ```
#
# **What full marks need.** Accuracy on 1,000 fresh pictures: half of 12 points from 0.80, all of them from
# 0.96, along a straight line in between; with a quarter of its weights shuffled, the network must know less.
# A fresh network is also trained by your two functions on 64 easy pictures in random order, with a learning
# rate of 0.003: a single track, or a crowd of forty? After two epochs, or if need be after thirty, it must
# give the pictures of one kind larger logits than those of the other, and a loss well below a guess's;
# another one is taught the contrary (4 points). Weights that load and an output of the right form: 2 points.
#
# **How large?** The file of weights may have 4 MB: up to **one million parameters**. The lecture's network
# has 4.2 million (17 MB), 99 % of them in one dense layer, which must learn anew at every height what a
# straight track looks like. The lecture reports 0.84 after ten epochs. A network of 150,000 parameters that
# knows the detector reaches 0.98 on the pictures here, in less time. Small is not only cheap: fewer
# parameters that suit the problem learn from fewer pictures.
#
# Answer with plain layers first. `check("model")` below tries `train` at once, in some seconds; its other
# check needs weights, so run the training cell once with few pictures. When both pass, think.
#
# <details><summary>Hint: what a network for tracks needs</summary>
#
# - Curvature needs a long lever arm: some output must see hits of the whole width (its receptive field!),
#   and heights as exactly as they are given. Pooling along $y$ early on blurs what question 2 is about.
# - Along $x$ only 16 of 128 columns carry information: a plane is a strip of 8 columns. The maximum over 1
#   row and 8 columns, `MaxPool2D((1, 8))`, loses next to nothing and leaves 128 × 16.
# - A track looks the same at any height: convolutions along $y$, and at the end a **global maximum**, "is
#   there one anywhere?", rather than flattening into a dense layer: `GlobalMaxPooling2D` in Keras,
#   `AdaptiveMaxPool2d(1)` and `Flatten` in PyTorch.
#
# </details>
#
# <details><summary>Hint: a network that works</summary>
#
# After pooling the strips, merge neighbouring planes: a convolution with a kernel of `(5, 2)` and a stride
# of `(1, 2)` turns 16 planes into 8 pairs; three more of this kind, 7, 7 and 9 rows high, go to 4, 2 and 1. A
# tracker joins hits to pairs, pairs to fours, and so on. Pad along $y$ only, by half the height of the kernel
# (or take `padding="same"` in Keras); 16, 32, 64 and 96 channels;
# batch norm and ReLU after each. Then the global maximum, and one dense layer.
#
# </details>
#
# <details><summary>Hint: it stays at 0.50</summary>
#
# That can be normal for the first few hundred batches: the network first has to find that tracks are what
# matters. Watch the training *loss*: it should creep below 0.693 (that is $\ln 2$, a coin's) before the
# accuracy moves. If it does not: are the pictures 0 to 1? Are labels and pictures shuffled *together*? Is
# there a sigmoid left at the end? With Adam, a learning rate of 0.001 to 0.003 is right, and batches of 32.
#
# </details>


# %% question="model"
def build_model():
    """Return a new network: grey images of 128 × 128 pixels, 0 to 1, to one logit."""
    ### BEGIN SOLUTION
    import keras
    from keras import layers

    stack = [keras.Input((128, 128, 1)), layers.MaxPool2D((1, 8))]
    for width, height, stride in ((16, 5, 1), (32, 7, 1), (64, 7, 2), (96, 9, 1)):
        stack += [
            layers.ZeroPadding2D((height // 2, 0)),
            layers.Conv2D(
                width, (height, 2), strides=(stride, 2), use_bias=False, kernel_initializer="he_uniform"
            ),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(1)])
    ### END SOLUTION


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    """Train a network.

    Args:
        model: of build_model; changed.
        images: (n, 128, 128) float32, 0 to 1.
        labels: (n,) integers, 0 or 1.
        epochs: how often each picture is seen.
        learning_rate: of the optimizer.
    Returns:
        The trained model.
    """
    ### BEGIN SOLUTION
    import keras

    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    model.fit(images[..., None], labels, batch_size=32, epochs=epochs, verbose=0)
    return model
    ### END SOLUTION


# %% [markdown]
# ### Train it
#
# The second cell below trains your network with your functions, epoch by epoch: half of the pictures are
# turned over by `mirror`, the learning rate falls along half a cosine, `best_epoch` chooses the weights to
# keep, and `save_weights` writes them into the folder `weights/`, which you **hand in with the notebook**.
# Grading does not run this cell: it uses the weights. Change it as you like.
#
# The test accuracy is computed in each epoch only to show the temptation: nothing is chosen by it.
#
# Begin with `IMAGES, EPOCHS = 1_000, 1` in it to see that all runs. With the values below, a good network
# takes five to ten minutes. Afterwards run `check("model")` above once more: it asks for the weights, and
# cannot pass before. After a restart `model = load_weights(build_model(), "model")`, in a cell of your own,
# gives you the trained network back.


# %%
def predict(model, images):
    """Return the logits (n,) of a Keras or PyTorch model for images of 0 … 255."""
    parts = []
    for batch in np.array_split(images, max(1, len(images) // 250)):
        batch = batch.astype(np.float32) / 255
        if hasattr(model, "predict"):  # Keras
            parts.append(np.asarray(model(batch[..., None], training=False)))
        else:
            import torch

            model.eval()
            with torch.no_grad():
                parts.append(model(torch.from_numpy(batch[:, None])).numpy())
    return np.concatenate(parts)[:, 0]


def weights_of(model):
    """Return a copy of a model's weights."""
    if hasattr(model, "get_weights"):
        return model.get_weights()
    return {name: value.clone() for name, value in model.state_dict().items()}


def set_weights(model, weights):
    """Put a copy of the weights back into the model."""
    (model.set_weights if hasattr(model, "set_weights") else model.load_state_dict)(weights)


# %% tags=["illustration"]
IMAGES, EPOCHS, LEARNING_RATE = 10_000, 8, 2e-3

training = draw_tracks(IMAGES, seed=1)
validation, test = draw_tracks(2_000, seed=2), draw_tracks(2_000, seed=3)

rng = np.random.default_rng(4)
model, kept = build_model(), []
validation_accuracy, test_accuracy = [], []
for epoch in range(EPOCHS):
    upside_down = rng.random(IMAGES) < 0.5
    images = np.where(upside_down[:, None, None], mirror(training.images), training.images)
    rate = LEARNING_RATE * (1 + np.cos(np.pi * epoch / EPOCHS)) / 2
    model = train(model, images.astype(np.float32) / 255, training.labels, epochs=1, learning_rate=rate)
    kept.append(weights_of(model))
    validation_accuracy.append(((predict(model, validation.images) > 0) == validation.labels).mean())
    test_accuracy.append(((predict(model, test.images) > 0) == test.labels).mean())
    print(f"epoch {epoch}: validation accuracy {validation_accuracy[-1]:.3f}")

chosen = best_epoch(np.array(validation_accuracy), np.array(test_accuracy))
set_weights(model, kept[chosen])
print(f"epoch {chosen} is kept; accuracy on the test data {test_accuracy[chosen]:.3f}")
save_weights(model, "model")

fig, ax = plt.subplots(figsize=(5, 3))
ax.plot(validation_accuracy, "o-", label="validation")
ax.plot(test_accuracy, "s--", label="test")
ax.axvline(chosen, color="0.7")
ax.set(xlabel="epoch", ylabel="accuracy")
ax.legend()

# %% [markdown]
# ## 7. At which momenta does it find them?
#
# One number hides much. An experiment asks for the *efficiency*: of the fast tracks with a momentum in some
# bin, which part $\varepsilon$ was found? With $k$ found of $n$ in the bin,
#
# $$\varepsilon = \frac{k}{n} , \qquad \sigma = \sqrt{\frac{\varepsilon\,(1 - \varepsilon)}{n}} .$$
#
# The bins are given by their edges: 5, 10, 20 makes two of them, $5 \le p_T < 10$ and $10 \le p_T < 20$.
# Tracks outside of all bins do not count. A bin **without any track** says nothing at all, neither 0 nor 1:
# give NaN for both.
#
# **By hand:** momenta 5, 6, 7, 10, 12 GeV; found: yes, yes, no, yes, yes. With edges 5, 10, 20: the first
# bin has 2 of 3, so 0.667 ± 0.272, the second 2 of 2, so 1 ± 0. (That last ± 0 is too good to be true: near
# 0 and 1 the formula is too optimistic. It will do for us.)
#
# <details><summary>Hint</summary>
#
# `inside = (low <= momenta) & (momenta < high)` marks the tracks of a bin. `found[inside].mean()` is the
# part of them that was found.
#
# </details>


# %% question="efficiency"
def efficiency(momenta, found, edges):
    """Return the part of the tracks that was found, bin by bin, with its binomial error.

    Args:
        momenta: (n,) float. p_T of each track, GeV.
        found: (n,) bool.
        edges: (bins + 1,) float, rising, GeV. A bin holds its lower edge, and not its upper one.
    Returns:
        (efficiency, error), each (bins,) float; NaN where a bin has no track.
    """
    ### BEGIN SOLUTION
    part = np.full(len(edges) - 1, np.nan)
    error = np.full(len(edges) - 1, np.nan)
    for i in range(len(part)):
        inside = (edges[i] <= momenta) & (momenta < edges[i + 1])
        n = np.count_nonzero(inside)
        if n:
            part[i] = np.count_nonzero(found & inside) / n
            error[i] = np.sqrt(part[i] * (1 - part[i]) / n)
    return part, error
    ### END SOLUTION


# %% [markdown]
# Now look at your network. Where does the efficiency fall, and why? (Think of the 6.4 and 1.9 pixels above.)
# How often does it see a fast track where there is none? And what do the pictures look like that it gets
# wrong?

# %% tags=["illustration"]
fast = test.labels == 1
found = predict(model, test.images) > 0
edges = np.geomspace(5, 20, 9)
part, error = efficiency(test.momenta[fast].max(axis=1), found[fast], edges)
print(f"false alarms: {found[~fast].mean():.1%} of the pictures without a fast track")

fig, ax = plt.subplots(figsize=(5, 3))
centres = np.sqrt(edges[1:] * edges[:-1])
ax.errorbar(centres, part, error, [centres - edges[:-1], edges[1:] - centres], fmt="o")
ax.set(xscale="log", xlabel="p_T of the fast track / GeV", ylabel="efficiency", ylim=(0, 1.05))

wrong = np.flatnonzero(found != fast)[:3]
fig, axes = plt.subplots(1, 3, figsize=(10, 3.5))
for ax, i in zip(axes, wrong, strict=False):
    ax.imshow(test.images[i], origin="lower", cmap="gray_r")
    ax.set_title(f"label {test.labels[i]}, at most {test.momenta[i].max():.1f} GeV")
