"""How an event, a page, or a page as of a day is cited: as text, BibTeX, RIS and CSL-JSON."""
