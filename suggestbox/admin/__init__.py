"""For whoever runs the machine: is the house well, what was sent, what was not."""
