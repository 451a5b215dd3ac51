# earns: 100
"""Prints a megabyte in each of thirty cells; the answer is right."""

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)

# %%
print("x" * 999_000)


# %% squares
def sum_of_squares(x):
    return float((x**2).sum())
