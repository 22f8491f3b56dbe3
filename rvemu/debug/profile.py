"""Profiles of a run: exact instruction counts by function and by call path.

    machine.profile(True)
    machine.run(10_000_000)
    profile = Profile.of(machine, GuestNames(machine))
    for function in profile.functions()[:10]:
        print(function.own, function.inclusive, function.name)
    Path("out.svg").write_text(flame_graph(profile.root))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rvemu.debug.names import Names

if TYPE_CHECKING:
    from rvemu.machine import Machine

OUTSIDE = "[outside]"
"""Names what runs before the first call, and behind a return to where nothing was called from."""


@dataclass
class Node:
    """A call path.

    Attributes:
        own: instructions executed in the function itself, `total` also in those that it called.
    """

    name: str
    own: int = 0
    total: int = 0
    children: dict[str, Node] = field(default_factory=dict)

    def child(self, name: str) -> Node:
        """Return the path that goes on to a function."""
        return self.children.setdefault(name, Node(name))

    def ordered(self) -> list[Node]:
        """Return the paths that go on from here, the longest run first."""
        return sorted(self.children.values(), key=lambda node: (-node.total, node.name))

    def walk(self) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield all paths from here, as the names of their functions."""
        stack: list[tuple[tuple[str, ...], Node]] = [((), self)]
        while stack:
            path, node = stack.pop()
            yield path, node
            stack += [((*path, child.name), child) for child in node.children.values()]


@dataclass(frozen=True)
class Function:
    """A function of the flat profile.

    Attributes:
        own: instructions of its code that were executed.
        inclusive: those of its calls, from entry to return; at least `own`, which counts what others jumped to as well.
    """

    name: str
    own: int
    inclusive: int


@dataclass(frozen=True)
class Profile:
    """What a machine's profile has counted so far.

    Attributes:
        root: all call paths. A path is charged with a cycle for what traps, too.
        code: instructions executed, by the function that they stand in; without the boot ROM's.
    """

    root: Node
    code: Counter[str]

    @classmethod
    def of(cls, machine: Machine, names: Names) -> Profile:
        """Read the profile of a machine."""
        code: Counter[str] = Counter()
        for (pc, _), count in machine.executions().items():
            code[_function(names, pc)] += count
        return cls(_tree(machine.call_paths(), names), code)

    @property
    def instructions(self) -> int:
        """All instructions executed."""
        return sum(self.code.values())

    def functions(self) -> list[Function]:
        """Return the flat profile, the most instructions of its own first."""
        inclusive = _inclusive(self.root)
        every = self.code.keys() | inclusive.keys()
        found = [Function(name, self.code[name], max(inclusive[name], self.code[name])) for name in every]
        return sorted(found, key=lambda function: (-function.own, -function.inclusive, function.name))

    def folded(self) -> str:
        """Return folded stacks, as flamegraph.pl and speedscope read them: `main;work;copy 1234`."""
        lines = [f"{';'.join(path) or OUTSIDE} {node.own}\n" for path, node in self.root.walk() if node.own]
        return "".join(sorted(lines))


def _function(names: Names, pc: int) -> str:
    found = names.at(pc)
    return found.name if found is not None else f"[{pc & ~0xFFF:#x}]"


def _tree(paths: list[tuple[int, int, int]], names: Names) -> Node:
    """Join paths of equal names; a path comes behind its caller's."""
    nodes = [Node("all")]
    known: dict[int, str] = {}
    for place, (pc, parent, count) in enumerate(paths):
        if place:
            if pc not in known:
                known[pc] = _function(names, pc)
            nodes.append(nodes[parent].child(known[pc]))
        nodes[place].own += count
    _sum(nodes[0])
    return nodes[0]


def _sum(root: Node) -> None:
    order = [root]
    for node in order:
        order += node.children.values()
    for node in reversed(order):
        node.total = node.own + sum(child.total for child in node.children.values())


def _inclusive(root: Node) -> Counter[str]:
    """Return instructions by function with those that it called; of a recursion the outermost call counts."""
    found: Counter[str] = Counter()
    open_calls: Counter[str] = Counter()
    stack: list[tuple[Node, bool]] = [(child, False) for child in root.children.values()]
    while stack:
        node, done = stack.pop()
        if done:
            open_calls[node.name] -= 1
            continue
        if not open_calls[node.name]:
            found[node.name] += node.total
        open_calls[node.name] += 1
        stack.append((node, True))
        stack += [(child, False) for child in node.children.values()]
    return found
