"""What is a value, and how does a wrong one differ from the right one?"""
