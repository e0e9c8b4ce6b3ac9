"""Ideas and their versions, submitters, visibility, attachments, comments, support, search."""
