"""Uses Greek names, accents and other scripts in code, comments and outputs."""


# %% squares
def sum_of_squares(x):
    Σ = 0.0  # la somme des carrés, 平方和
    for ξ in x:
        Σ += ξ**2
    print("сумма", Σ, "✓")
    return float(Σ)
