"""What is a lesson?"""
