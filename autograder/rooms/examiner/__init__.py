"""What stands on the other side of the wall, where the checks run?"""
