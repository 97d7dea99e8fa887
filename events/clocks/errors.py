"""The one error of the engine."""


class ClockError(ValueError):
    """Something given to the engine makes no sense; the message names it in the reader's words."""
