"""What comes into a class, and whose is it?"""
