"""What the generators write is what stands in the tree, and the same every time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from style.sources import ROOT

from rvemu.isa.csrs import CSRS
from rvemu.isa.insns import INSNS
from tools.gen_compliance import RESULTS, document
from tools.gen_core import generate
from tools.gen_docs import documents

INPUTS = "tools"
FOLDERS = ("rvemu/core", "docs", "firmware")


def generated(folder: Path) -> dict[str, bytes]:
    """Generate everything in an empty folder and return each file's bytes by its path."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
    shutil.copytree(ROOT / INPUTS, folder / INPUTS, ignore=shutil.ignore_patterns("__pycache__"))
    generate(folder)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith(INPUTS)}


def test_generated_files_are_current(tmp_path):
    fresh = generated(tmp_path)
    assert "rvemu/core/handlers.pxi" in fresh
    assert [name for name, text in fresh.items() if (ROOT / name).read_bytes() != text] == []


def test_the_generator_writes_the_same_every_time(tmp_path):
    assert generated(tmp_path / "once") == generated(tmp_path / "again")


def test_the_generator_leaves_a_current_file_alone(tmp_path):
    generated(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.pxi")}
    generate(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.pxi")} == before


@pytest.mark.parametrize("path", documents())
def test_documents_are_those_of_the_tables(path):
    assert (ROOT / path).read_text() == documents()[path], "stale (make docs)"


def test_every_row_and_csr_is_in_the_document():
    page = documents()["docs/isa.md"]
    assert [insn.name for insn in INSNS if f"| `{insn.name}` |" not in page] == []
    header = documents()["firmware/csr.h"]
    assert [csr.name for csr in CSRS if f"#define CSR_{csr.name.upper()} {csr.number:#05x}\n" not in header] == []


def test_the_compliance_page_is_that_of_the_results():
    results = json.loads(RESULTS.read_text())
    assert (ROOT / "docs" / "compliance.md").read_text() == document(results), "stale (tools/gen_compliance.py)"
