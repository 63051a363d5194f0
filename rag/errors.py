"""What can go wrong, for people: each error says what happened, where, and what to do.

    CitewellError(message, hint)      the base; commands and pages catch this one and nothing wider
      SettingsError                   a setting has a value that cannot be used
      QuestionError                   the question is empty or too long to be one
      IndexMissingError               there is no published index in that folder
      IndexMismatchError              the index was written by another encoder or format
      IndexLockedError                somebody else is writing to the index
      IndexWriteError                 the index cannot be written: a full disk, or no right to
      DocumentError                   a file could not be read as a document
      SourceError                     a folder, file or document id that does not exist
      FetchError                      an original cannot be fetched from its address
      ReceiptError                    an answer cannot be given again: not remembered, or something has changed
      ModelError                      the language model that the settings name cannot be used
      EncoderError                    the encoder's weights are absent, not the ones we know, or it fails

A bug is never a CitewellError: it stays a ValueError or an assertion, with its traceback.
"""

from __future__ import annotations


class CitewellError(Exception):
    """An expected failure: `message` says what happened and where, `hint` what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(CitewellError):
    """A setting has a value that cannot be used."""


class QuestionError(CitewellError):
    """The question is empty or too long to be one."""


class IndexMissingError(CitewellError):
    """There is no published index in that folder."""


class IndexMismatchError(CitewellError):
    """The index was written by another encoder or in another format."""


class IndexLockedError(CitewellError):
    """Somebody else is writing to the index."""


class IndexWriteError(CitewellError):
    """The index cannot be written: a full disk, or no right to."""


class DocumentError(CitewellError):
    """A file could not be read as a document."""


class SourceError(CitewellError):
    """A folder, a file or a document id that does not exist."""


class FetchError(CitewellError):
    """An original cannot be fetched from its address."""


class ReceiptError(CitewellError):
    """An answer cannot be given again: it is not remembered, or something has changed."""


class ModelError(CitewellError):
    """The language model that the settings name cannot be used."""


class EncoderError(CitewellError):
    """The encoder's weights are absent, or not the ones we know."""
