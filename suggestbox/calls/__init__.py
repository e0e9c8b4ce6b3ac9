"""Calls for ideas: a question somebody wants answered, by whom, until when, and what came of it."""
