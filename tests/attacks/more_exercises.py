# Two exercises more, below those of the tiny lesson: one is lent a function of the examiner's, the
# other is a class, whose objects stay in the student's room. Honest students have not come so far.

# %% answer="tiny-slope"
def slope(f, x: float) -> float:
    """The slope of f at x.

    x: float
    returns: float
    """
    ### BEGIN SOLUTION
    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
    ### END SOLUTION


# %% check="tiny-slope" points=1
with checks.verdict("the slope of a function") as rng:
    a, x = rng.uniform(1, 2, size=2).tolist()
    checks.equal(slope(lambda t: a * t**2, x), 2 * a * x)
    ### BEGIN HIDDEN TESTS
    checks.equal(slope(lambda t: a * t + 7.25, x), a)
    ### END HIDDEN TESTS


# %% answer="tiny-mean"
class Mean:
    """The mean of the numbers that it was last trained with."""

    def train(self, y: np.ndarray) -> None:
        """y: (N,) float"""
        ### BEGIN SOLUTION
        self.mean = float(y.mean())
        ### END SOLUTION

    def predict(self) -> float:
        """returns: float"""
        ### BEGIN SOLUTION
        return self.mean
        ### END SOLUTION


# %% check="tiny-mean" points=1
with checks.verdict("the mean") as rng:
    y = rng.normal(size=5)
    due, model = float(y.mean()), Mean()
    model.train(y)
    checks.equal(model.predict(), due)
    ### BEGIN HIDDEN TESTS
    model.train(y[:2] + 3.75)
    checks.equal(model.predict(), float(y[:2].mean()) + 3.75)
    ### END HIDDEN TESTS
