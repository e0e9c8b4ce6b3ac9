"""A company to try the product with: the same people and ideas on every start."""
