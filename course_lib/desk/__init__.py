"""What a reader has on the desk beside the notebooks: home page, review, glossary and search."""
