"""What did a student hand in?"""
