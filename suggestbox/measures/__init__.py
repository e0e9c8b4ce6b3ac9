"""Measures: what an adopted idea sets in motion, who sees to it, and until when."""
