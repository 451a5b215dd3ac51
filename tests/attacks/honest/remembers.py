"""Keeps a cache and a counter between calls, and uses the global generator."""

# %% squares
seen = {}
np.random.seed(3)


def sum_of_squares(x):
    key = x.tobytes()
    seen[key] = seen.get(key, 0) + 1
    noise = np.random.normal(size=x.shape)
    return float((x**2 + 0 * noise).sum())
