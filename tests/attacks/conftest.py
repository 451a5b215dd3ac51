"""Which attacks are tried again with a gradebook in PostgreSQL?"""

import pytest

# Names, scores and comments that people made up, and who asks for the database itself.
TOUCHES_GRADEBOOK = (
    *("broken_input/name_", "broken_input/odd_", "broken_input/same_ids", "honest/"),
    *("leaks/gradebook", "points/gradebook"),
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """All of them are, where there is more time; another database says nothing about rooms."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    attack = str(given.get("attack", TOUCHES_GRADEBOOK[0]))
    if given.get("battle") == "postgresql" and not attack.startswith(TOUCHES_GRADEBOOK):
        item.add_marker(pytest.mark.thorough)
