"""HTML and text for people: feedback for a student, the report on a class."""
