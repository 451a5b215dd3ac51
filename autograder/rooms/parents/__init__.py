"""Where do rooms come from?"""
