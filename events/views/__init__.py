"""Public pages. Each view reads the address, asks the record, and hands the answer to a template."""
