"""How the database came to be as it is: one file per change in `versions`, applied by `suggestbox db upgrade`."""
