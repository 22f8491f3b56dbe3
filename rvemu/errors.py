"""Every host-side exception class of rvemu.

A `RvemuError` is a mistake of the user: its text is one line, `subject: what is wrong (what would be right)`,
which the command line prints as it stands. Guest mistakes never become exceptions that leave `Machine.run`.
"""


class RvemuError(Exception):
    """A mistake of the user; the text is the one line shown."""


class ConfigError(RvemuError):
    """An option, size, ISA string or combination of them that cannot be had."""


class LoadError(RvemuError):
    """A guest image that cannot be read, is foreign, or does not fit."""


class DriveError(RvemuError):
    """A drive image that is missing, locked or cannot be opened as asked."""


class SnapshotError(RvemuError):
    """Saved state that is damaged or belongs to another machine."""


class BusError(Exception):
    """An access that the bus or a device refuses; the guest gets an access fault."""
