"""Formats of forms in English."""
