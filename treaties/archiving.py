"""Keeping a copy of a source: the bytes as they came, their hash, and the day of reading."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING

from treaties.models import ArchivedCopy, Source

if TYPE_CHECKING:
    from datetime import date

LARGEST = 10 * 1024 * 1024
# What a source is published as; anything that a browser would run is kept out.
MEDIA_TYPES = {
    ".txt": "text/plain; charset=utf-8",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


class ArchiveError(ValueError):
    """A copy cannot be kept; the message says why."""


def checked_copy(content: bytes, *, file_name: str) -> tuple[str, bytes]:
    """Return name and content of a copy that can be kept.

    Raises:
        ArchiveError: for an empty or too large file, or one of a kind that is not kept.

    """
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise ArchiveError(f"“{file_name}” is not kept; a copy is one of {', '.join(sorted(MEDIA_TYPES))}.")
    if not content:
        raise ArchiveError(f"“{file_name}” is empty.")
    if len(content) > LARGEST:
        raise ArchiveError(f"“{file_name}” has more than {LARGEST // 1024 // 1024} MB; keep the pages that matter.")
    return PurePath(file_name).name[:200], content


def keep_copy(source: Source, content: bytes, *, file_name: str, read_on: date) -> ArchivedCopy:
    """Keep a copy of a source, once: the same bytes again give the copy that is there.

    Raises:
        ArchiveError: if it cannot be kept; see `checked_copy`.

    """
    name, content = checked_copy(content, file_name=file_name)
    copy, _ = ArchivedCopy.objects.get_or_create(
        source=source,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "read_on": read_on,
            "file_name": name,
            "media_type": MEDIA_TYPES[PurePath(name).suffix.lower()],
            "content": content,
            "size": len(content),
        },
    )
    return copy
