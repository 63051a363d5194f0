"""Settings: environment, then a `.env` file in the working folder, then the defaults here.

In: variables that begin with `CITEWELL_`. Out: one frozen `Settings`. Tests pass values to the
constructor; nothing else in the project reads the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

DEFAULT_ENCODER = "citewell-minilm"
DEFAULT_READER = "citewell-reader"
NO_READER = "none"


class Settings(BaseSettings):
    """Everything that a user may set, with its unit and its bounds."""

    model_config = SettingsConfigDict(
        env_prefix="CITEWELL_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    index: Path = Field(Path("var/index"), description="folder of the index")
    cache: Path = Field(Path("var/cache"), description="folder of what was computed before")
    library: Path = Field(Path("var/library"), description="folder of uploaded documents")
    feedback: Path = Field(Path("var/feedback.sqlite"), description="file of readers' ratings")
    encoder: str = Field(
        DEFAULT_ENCODER,
        min_length=1,
        description="encoder: the shipped one, or a sentence-transformers name or path",
    )
    reader: str = Field(
        DEFAULT_READER,
        min_length=1,
        description="reader: the shipped one, `none`, or a sentence-transformers cross-encoder by name or path",
    )
    words: int = Field(120, ge=20, le=1000, description="length of an answer, in words, about")
    threads: int = Field(1, ge=1, le=64, description="processor threads of each model")
    max_file_mb: int = Field(200, ge=1, le=10_000, description="largest file read, in MB")
    max_file_pages: int = Field(2000, ge=1, le=100_000, description="most pages of a file")
    max_file_seconds: int = Field(180, ge=1, le=86_400, description="longest that reading a file may take, in seconds")
    max_file_memory: int = Field(2000, ge=50, le=100_000, description="most memory that reading a file may take, in MB")
    receipts: int = Field(1000, ge=0, le=1_000_000, description="answers remembered for replay; 0: none")
    llm: str = Field("", description="language model, `package.module:Class?option=value`; empty: none")
    max_question: int = Field(4000, ge=100, le=100_000, description="longest question accepted, in characters")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment, None values are left out.

    Raises SettingsError naming the variable, its value and what would be right.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "CITEWELL_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name} cannot be used: {first['msg'].lower()}: `{first['input']}`",
            "README.md lists the settings with their units and bounds",
        ) from error
