"""Help pages, printed from the tables and settings themselves."""
