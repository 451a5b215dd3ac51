"""Plots in every cell, and inside the answer."""

# %%
import matplotlib.pyplot as plt

plt.plot([1, 2, 3])
plt.title("Σ of squares")
plt.show()

# %% squares
import matplotlib.pyplot as plt


def sum_of_squares(x):
    plt.figure()
    plt.bar(range(len(x)), x**2)
    return float((x**2).sum())


figure, axes = plt.subplots()
axes.scatter([1, 2], [3, 4])

# %%
plt.hist(np.random.default_rng(0).normal(size=100))
figure
