"""What do people see of it?"""
