"""Criteria, assignments, scores, discussion, quorum, decisions."""
