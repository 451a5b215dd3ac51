"""What does a submission earn?"""
