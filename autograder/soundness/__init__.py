"""Is a lesson sound?"""
