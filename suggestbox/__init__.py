"""suggestbox: ideas of employees, from the first word to the closing conversation."""

__version__ = "0.1.0"
