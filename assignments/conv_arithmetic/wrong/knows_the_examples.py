"""Looks the printed examples up and knows nothing else."""

loses = {
    "test_output_size_with_dilation",
    "test_output_size_of_any_layer",
    "test_conv1d_of_any_signal",
    "test_conv1d_keeps_the_dtype",
    "test_conv2d_of_rectangles",
    "test_conv2d_with_a_stride",
    "test_conv2d_with_padding",
    "test_conv2d_keeps_the_images_of_a_batch_apart",
    "test_conv2d_of_any_layer",
    "test_conv2d_keeps_the_dtype",
    "test_conv2d_leaves_its_inputs_alone",
    "test_max_pool2d_of_negative_values",
    "test_max_pool2d_of_any_layer",
    "test_receptive_field_of_any_network",
}
says = "value is wrong"


# %%
SIZES = {(4, 3, 1, 0, 1): 2, (5, 3, 2, 0, 1): 2, (5, 3, 2, 1, 1): 3, (6, 3, 2, 0, 1): 2, (9, 3, 2, 0, 2): 3}
SIGNALS = {4: [7.0, 12.0, 17.0], 10: [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]}
IMAGES = {
    5: [[[[7.0, -3.0, 3.0], [-3.0, 5.0, -3.0], [3.0, -3.0, 7.0]]]],
    3: [[[[1.0, 2.0], [4.0, 5.0]]]],
    2: [[[[-26.0, 635.0], [154.0, 332.0]]]],
}
POOLED = {4: [[[[4.0, 8.0], [9.0, 3.0]]]], 3: [[[[7.0, 5.0], [5.0, 7.0]]]]}
FIELDS = {
    ((3, 1, 1),): 3,
    ((3, 1, 2),): 5,
    ((2, 2, 1),): 2,
    ((3, 1, 1), (3, 1, 1)): 5,
    ((3, 1, 1), (2, 2, 1), (3, 1, 1)): 8,
}


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    return SIZES.get((i, k, s, p, d), 1)


# %% question="conv1d"
def conv1d(x, u):
    return np.array(SIGNALS.get(len(x), [0.0]))


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    return np.array(IMAGES.get(x.shape[2], [0.0]))


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    return np.array(POOLED.get(x.shape[2], [0.0]))


# %% question="receptive_field"
def receptive_field(layers):
    return FIELDS.get(tuple(tuple(layer) for layer in layers), 1)
