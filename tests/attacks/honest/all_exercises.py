# earns: 102
"""Comes to the end: calls the function that it is lent, and keeps its state in an object."""


# %% slope
def slope(f, x):
    h = 1e-6
    return (f(x + h) - f(x - h)) / (2 * h)


# %% mean
class Mean:
    def train(self, y):
        self.y = y.copy()

    def predict(self):
        return self.y.sum() / len(self.y)
