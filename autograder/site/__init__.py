"""The course as pages that are read without installing anything."""
