"""Source files of guests: found under the path that the compiler wrote down, or under folders that the user names."""

from __future__ import annotations

from pathlib import Path, PurePath

_MAX_BYTES = 16 << 20


class Sources:
    """The source files that can be read.

    Attributes:
        folders: where they are looked for, besides the path that the compiler wrote down.
    """

    def __init__(self) -> None:
        self.folders: list[str] = []
        self._files: dict[str, list[str]] = {}

    def add(self, folder: str) -> None:
        """Look in a folder first; what was not found before may be found now."""
        self.folders = [folder, *(each for each in self.folders if each != folder)]
        self._files.clear()

    def clear(self) -> None:
        """Look in no folder."""
        self.folders = []
        self._files.clear()

    def lines(self, name: str) -> list[str]:
        """Return the lines of a file, none where it is not found."""
        if name not in self._files:
            self._files[name] = self._read(name)
        return self._files[name]

    def _read(self, name: str) -> list[str]:
        for path in self._candidates(PurePath(name)):
            try:
                if path.is_file() and path.stat().st_size <= _MAX_BYTES:
                    return path.read_text(errors="replace").splitlines()
            except (OSError, ValueError):
                continue
        return []

    def _candidates(self, name: PurePath) -> list[Path]:
        """Return the paths to try: in each folder the whole path, then ever shorter ends of it."""
        parts = name.parts[1:] if name.is_absolute() else name.parts
        tails = [PurePath(*parts[at:]) for at in range(len(parts))]
        return [Path(folder, tail) for folder in self.folders for tail in tails] + [Path(name)]
