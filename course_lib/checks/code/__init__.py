"""What does the code of an answer use? Read off, and not run."""
