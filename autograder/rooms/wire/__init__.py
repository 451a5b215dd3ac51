"""How do values cross the wall? What both sides of it know."""
