"""What the notebooks import: data, checks, oracle, figures. No answer to an exercise lives here."""
