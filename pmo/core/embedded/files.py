"""Files that several processes may want to make at the same moment."""

import os
from contextlib import suppress
from pathlib import Path


def write_once(path: Path, text: str) -> str:
    """Make `path` with `text`, readable by its owner only, unless it is there already; return what it then holds."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(text)
        with suppress(FileExistsError):
            os.link(draft, path)  # of two processes starting at once the first wins, and both read its text
        draft.unlink()
    return path.read_text()
