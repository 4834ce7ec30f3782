# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The weighted mean
#
# A quantity is measured $n$ times. Measurement $i$ gives $x_i$ with the standard uncertainty $\sigma_i$. With
# the weights $w_i = 1/\sigma_i^2$ the best estimate and its uncertainty are
#
# $$\bar x = \frac{\sum_i w_i x_i}{\sum_i w_i}, \qquad \sigma = \frac{1}{\sqrt{\sum_i w_i}}.$$

# %%
import numpy as np

# %% [markdown]
# **Question.** Write `weighted_mean`.


# %% question="weighted_mean"
def weighted_mean(values, errors):
    """Combine measurements of one quantity.

    Args:
        values: (n,) float array, the measured values.
        errors: (n,) float array, their standard uncertainties, in the same unit.
    Returns:
        (mean, error): the weighted mean and its standard uncertainty, two numbers.
    """
    ### BEGIN SOLUTION
    weights = 1 / errors**2
    mean = (weights * values).sum() / weights.sum()
    return mean, 1 / weights.sum() ** 0.5
    ### END SOLUTION


# %% [markdown]
# Try it here.

# %%
lengths = np.array([20.1, 20.4, 19.9])  # mm
