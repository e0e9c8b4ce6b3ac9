"""A year in a company: the real code on a scratch database and a fake clock, watched by code of its own."""
