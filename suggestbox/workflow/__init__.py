"""THE table of stages and moves, and the only writer of an idea's stage."""
