"""THE second table: which step is nagged about when, to whom; the daily digest; why nobody was reminded."""
