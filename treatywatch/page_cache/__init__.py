"""How pages reach readers quickly: kept whole and compressed, and never kept past a change of what they show."""
