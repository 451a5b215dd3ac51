"""What keeps a room shut?"""
