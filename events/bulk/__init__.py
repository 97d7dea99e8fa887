"""Many rows at once: tables of the record as files, and files read back as one edit.

`tables` says which tables there are and how a row is written in cells; `files` reads and writes CSV, XLSX, JSON and
YAML; `planning` turns a file into one edit with a line for every fault; `imports` shows, commits and undoes it through
the same rehearsal as a form's save.
"""
