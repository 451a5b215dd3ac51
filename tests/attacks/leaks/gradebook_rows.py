"""Prints the gradebook: its tables, and its bytes."""

# %% squares
import sqlite3

try:
    book = sqlite3.connect("file:@CLASS/gradebook.db?mode=ro", uri=True, timeout=1)
    for (table,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        print(table, book.execute(f"SELECT * FROM {table} LIMIT 100").fetchall())
    print(open("@CLASS/gradebook.db", "rb").read())
except (OSError, sqlite3.Error) as error:
    print(type(error).__name__)

# %% largest
try:
    import sqlalchemy

    with sqlalchemy.create_engine("@DATABASE").connect() as book:
        print(book.execute(sqlalchemy.text("SELECT * FROM student")).fetchall())
except Exception as error:
    print(type(error).__name__)
