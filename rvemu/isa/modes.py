"""Privilege modes as mstatus.MPP and the debuggers number them.

Source: privileged manual, "Privilege Levels".
"""

from __future__ import annotations

U, S, M = 0, 1, 3
MODE_NAMES = {U: "U", S: "S", M: "M"}
MODE_NUMBERS = {name: number for number, name in MODE_NAMES.items()}
