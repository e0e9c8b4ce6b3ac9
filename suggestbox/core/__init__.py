"""configuration, database, clock, errors, the permission guard, language, places."""
