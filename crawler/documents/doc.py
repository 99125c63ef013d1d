"""Word and PowerPoint 97-2003. Nothing that is kept up reads them, so they are not read, and that is said.

Programs write newer documents and rich text under these names: those are read as what they are.
"""

from __future__ import annotations

from crawler.documents import Locked, Opened, Reader, Unreadable, _ole


class Doc(Reader):
    """Word 97-2003."""

    kind = "doc"
    binary = True
    types = frozenset({"application/msword", "application/vnd.ms-word"})
    suffixes = frozenset({"doc", "dot"})

    def open(self, body: bytes) -> Opened:
        """Only what is no such file."""
        from crawler.documents.docx import Docx
        from crawler.documents.rtf import Rtf

        if body.startswith(b"PK\x03\x04"):
            return Docx().open(body)
        if body.lstrip()[:6].startswith(b"{\\rtf"):
            return Rtf().open(body)
        raise _unread(body, "Word 97-2003")


class Ppt(Reader):
    """PowerPoint 97-2003."""

    kind = "ppt"
    binary = True
    types = frozenset({"application/vnd.ms-powerpoint", "application/mspowerpoint", "application/powerpoint"})
    suffixes = frozenset({"ppt", "pps", "pot"})

    def open(self, body: bytes) -> Opened:
        """Only what is no such file."""
        from crawler.documents.pptx import Pptx

        if body.startswith(b"PK\x03\x04"):
            return Pptx().open(body)
        raise _unread(body, "PowerPoint 97-2003")


def _unread(body: bytes, what: str) -> Unreadable:
    if _ole.is_encrypted(body):
        return Locked("it asks for a password")
    if not body.startswith(_ole.SIGNATURE):
        return Unreadable("it is another kind of file than its name says")
    return _ole.unreadable(what)
