"""How forms read and show days, by language; Django looks here before its own formats."""
