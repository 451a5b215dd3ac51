"""What instructors run: build the release, grade submissions, report."""
