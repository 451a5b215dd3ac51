"""What does a class own, and who may touch it?"""
