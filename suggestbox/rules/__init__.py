"""The rules in force: one page made from the settings, each change a dated version with who and why."""
