"""Tell which Debian package this host lacks to build rvemu; exit 1 if there is one.

Needs nothing but the standard library, and runs on any Python 3, to be able to say that it is too old.
"""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile

PROGRAM = "#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n"


def missing():
    """Return what is missing and the package that has it, or None."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this is the check)
        return "Python {}.{} is too old (3.11 or newer)".format(*sys.version_info), "python3"
    name = "python{}.{}".format(*sys.version_info)
    if importlib.util.find_spec("ensurepip") is None:
        return "Python cannot make virtual environments", name + "-venv, or python3-venv"
    if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
        return "Python.h is not there", name + "-dev, or python3-dev"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    if shutil.which(compiler[0]) is None:
        return f"the C compiler {compiler[0]} is not there", "gcc"
    if not compiles(compiler):
        return f"the C compiler {compiler[0]} cannot make a program", "libc6-dev"
    return None


def compiles(compiler):
    """Tell whether `compiler` makes a program that uses the C library."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "program.c")
        with open(source, "w") as file:
            file.write(PROGRAM)
        command = [*compiler, source, "-o", os.path.join(folder, "program")]
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def main():
    """Say what is missing, if anything, and return the exit status."""
    lack = missing()
    if lack is None:
        return 0
    sys.stderr.write("rvemu: {}\n  on Debian and Ubuntu: apt-get install the package {}\n".format(*lack))
    return 1


if __name__ == "__main__":
    sys.exit(main())
