"""Changing what readers see: rehearsed first, then committed exactly as rehearsed, or proposed to somebody who may.

`kinds` says what can be edited, `values` reads and writes a row as plain data, `impact` measures what an edit does,
`edits` rehearses and commits, `held_mail` lets mail go that a change held, `proposals` keeps what waits for review,
`versions` reads the past of a row.
"""
