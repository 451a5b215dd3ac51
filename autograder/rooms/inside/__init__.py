"""What runs inside a student's room?"""
