"""Imports point only to the left: of the style page's table, and file by file."""

from __future__ import annotations

import sys
from graphlib import TopologicalSorter

import pytest
from style.sources import MODULES, imports, project_imports

LOW = ["errors", "fdtnode"]
LAYERS = {
    "errors": [],
    "fdtnode": [],
    "config": ["errors"],
    "console": ["errors"],
    "guestconsole": [],
    "isa": ["errors"],
    "_core": ["errors"],
    "memory": ["errors"],
    "snapshot": ["errors"],
    "schedule": ["errors"],
    "harts": ["isa", "_core"],
    "points": ["errors", "isa", "_core", "harts"],
    "devices": [*LOW, "memory"],
    "boot": [*LOW, "memory", "isa"],
    "bus": ["errors", "memory", "devices"],
    "board": [
        "fdtnode", "config", "guestconsole", "isa", "_core", "memory", "schedule", "devices", "boot", "bus",
    ],
    "machine": [
        *LOW, "config", "console", "guestconsole", "isa", "_core", "memory", "snapshot", "schedule", "harts",
        "points", "devices", "boot", "bus", "board",
    ],
    "commitlog": ["errors", "isa", "_core"],
    "compliance": ["errors", "config", "isa", "boot", "machine"],
    "debug": ["errors", "isa", "memory", "board", "devices", "harts", "points", "boot", "machine", "commitlog"],
    "monitor": ["errors", "console", "isa", "memory", "harts", "points", "machine", "commitlog", "debug"],
    "cli": [
        "errors", "config", "console", "isa", "_core", "memory", "boot", "machine", "commitlog", "compliance",
        "debug", "monitor",
    ],
    "__init__": ["errors", "machine"],
    "__main__": ["cli"],
}  # fmt: skip
"""What each file or folder of rvemu/ may import of the others, besides itself."""

OUTSIDE = {
    "numpy": ["memory", "devices", "boot", "machine", "snapshot", "debug"],
    "elftools": ["boot", "debug", "cli"],
    "prompt_toolkit": ["monitor"],
    "pygments": ["monitor"],
    "rich": ["monitor", "cli", "compliance"],
    "click": ["cli"],
}
"""Who may import what is neither ours nor the standard library's."""


def layer(module: str) -> str:
    """Return the file or folder of rvemu/ that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def test_the_table_sorts_topologically():
    order = list(TopologicalSorter(LAYERS).static_order())
    assert order.index("errors") < order.index("devices") < order.index("bus") < order.index("machine")
    assert order.index("machine") < order.index("debug") < order.index("monitor") < order.index("cli")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_layer_may(module):
    own = layer(module)
    assert own in LAYERS, f"{own} is in no row of the table"
    strangers = {name for name in project_imports(module) if layer(name) not in {own, *LAYERS[own]}}
    assert not strangers


def test_modules_sort_topologically():
    list(TopologicalSorter({module: project_imports(module) for module in MODULES}).static_order())


@pytest.mark.parametrize("module", MODULES)
def test_a_library_is_used_only_where_it_belongs(module):
    names = {name.split(".")[0] for name in imports(module)} - {"rvemu"} - sys.stdlib_module_names
    assert names <= set(OUTSIDE)
    assert all(layer(module) in OUTSIDE[name] for name in names)
