"""Days are shown as ISO 8601 writes them, and read so or with the month's name.

02/03/2019 is refused: it is 2 March to one editor and 3 February to another.
"""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y"]
