"""Changes to a lesson's text, one at a time, for tests of what finds them."""

from collections.abc import Callable

Break = Callable[[str], str]
PLAIN = "# %%\n"
EXPERIMENT = '# %% tags=["experiment"]\n'


def replaced(old: str, new: str) -> Break:
    """Exchanges a piece of text where it first stands."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def added(cell: str) -> Break:
    """Adds a cell at the end."""
    return lambda text: text + "\n" + cell
