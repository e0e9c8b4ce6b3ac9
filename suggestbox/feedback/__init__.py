"""What customers say: themes learned from examples, each with its polarity."""
