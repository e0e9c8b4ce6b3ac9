"""`make bench`: how long the pages take on many ideas, beside the least a Flask page can take."""
