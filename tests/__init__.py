"""The tests. Each file asks one room, or one habit of the house."""
