"""The two rooms: one where the student's code runs, one where it is examined."""
