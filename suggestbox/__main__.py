"""`python -m suggestbox` is the same as `suggestbox`."""

from suggestbox.cli import main

main()
