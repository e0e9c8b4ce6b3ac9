"""How the database came to look as it does: one file per change below `versions`, applied by `suggestbox db upgrade`."""
