"""The commands of `rvemu` and their options; what a command does is imported only when it is called."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Any

import click

from rvemu.config import (
    CLOCKS,
    CODE_CACHE,
    ENGINES,
    TIER_UP,
    parse_address,
    parse_drive,
    parse_number,
    parse_size,
    parse_switch,
)
from rvemu.errors import ConfigError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Parsed(click.ParamType[Any]):
    """An option's type made of a function from its name and text to its value."""

    def __init__(self, name: str, parse: Callable[[str, str], Any]) -> None:
        self.name, self._parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the option's value; what the function raises is the error shown."""
        assert param is not None
        return self._parse(param.opts[-1], value) if isinstance(value, str) else value

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what the help shows in place of a value: as it is typed."""
        return self.name


def _seconds(subject: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ConfigError(f"{subject}: {text!r} is no number of seconds (one such as 2.5)")
    return seconds


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def parse(subject: str, text: str) -> str:
        if text not in choices:
            raise ConfigError(f"{subject}: {text!r} is not known ({', '.join(choices)})")
        return text

    return parse


NUMBER = Parsed("N", parse_number)
SIZE = Parsed("SIZE", lambda subject, text: parse_size(subject, text, unit="M"))
SECONDS = Parsed("SECONDS", _seconds)
ADDRESS = Parsed("[HOST:]PORT", parse_address)
SWITCH = Parsed("on|off", parse_switch)
DRIVE = Parsed("FILE[,readonly=on][,snapshot=on]", lambda _, text: parse_drive(text))


def _choice(*choices: str) -> Parsed:
    return Parsed("|".join(choices), _one_of(*choices))


class RunCommand(click.Command):
    """`rvemu run`, whose --stats takes a value only after an equals sign, and which takes Spike's plus-arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse with `--stats` alone written out in full, and `+signature=` as the option that it is."""
        return super().parse_args(ctx, [self._plain(word) for word in args])

    def _plain(self, word: str) -> str:
        if word == "--stats":
            return "--stats=text"
        return "--" + word[1:] if word.startswith(("+signature=", "+signature-granularity=")) else word


RUN_OPTIONS: tuple[Decorator, ...] = (
    click.argument("kernel", required=False),
    click.option("--kernel", "kernel_option", metavar="FILE", help="ELF, Linux Image, gzipped or raw."),
    click.option("--bios", metavar="default|none|FILE", help="Firmware; unset: as the kernel needs it."),
    click.option("--initrd", metavar="FILE", help="Initial RAM file system."),
    click.option("--append", metavar="TEXT", default="", help="Kernel command line."),
    click.option("--dtb", metavar="FILE", help="Device tree to use in place of the machine's own."),
    click.option("--dump-dtb", metavar="FILE", help="Write the device tree there and leave."),
    click.option("--load-addr", type=NUMBER, help="Where a raw kernel goes (RAM base + 2 MiB)."),
    click.option("-m", "--memory", type=SIZE, default=128 << 20, help="RAM, as 128M, 2G or 8T (128M)."),
    click.option("--harts", type=NUMBER, default=1, help="Number of harts, 1 to 64 (1)."),
    click.option("--isa", metavar="STRING", default="", help="ISA string, as rv64gc_zba or rva20s64 (everything)."),
    click.option("--drive", "drives", type=DRIVE, multiple=True, help="virtio-blk disk; repeatable."),
    click.option("--engine", type=_choice(*ENGINES), default="auto", help="Execution engine (auto)."),
    click.option("--tier-up", type=NUMBER, default=TIER_UP, help=f"Compile blocks that have run so often ({TIER_UP})."),
    click.option("--code-cache", type=SIZE, default=CODE_CACHE, help="Memory for machine code (64M)."),
    click.option("--max-cycles", type=NUMBER, help="Stop at this CYCLE, exit 124."),
    click.option("--timeout", type=SECONDS, help="Stop after these host seconds, exit 124."),
    click.option("--seed", type=NUMBER, default=0, help="Vary order and length of the harts' turns (0)."),
    click.option("--quantum", type=NUMBER, default=10_000, help="Cycles in a hart's turn (10000)."),
    click.option("--rng-seed", type=NUMBER, default=0, help="Entropy of virtio-rng, seed CSR, device tree (0)."),
    click.option("--hugepages", type=SWITCH, default=True, help="Huge pages for RAM (on)."),
    click.option("--rtc", type=_choice("fixed", "host"), default="fixed", help="Start of the RTC (fixed)."),
    click.option("--clock", type=_choice(*CLOCKS), help="Skip idle time, or sleep through it."),
    click.option("--no-reboot", is_flag=True, help="A reset ends the run."),
    click.option("--stats", type=_choice("text", "json"), help="Show figures at the end."),
    click.option("--state-hash", is_flag=True, help="SHA-256 of the machine's state at the end."),
    click.option("--log-commits", "--trace", "log_commits", metavar="FILE", help="Spike's commit log; - for stdout."),
    click.option("--profile", metavar="FILE", help="Flame graph (SVG) of exact instruction counts."),
    click.option("--coverage", metavar="FILE", help="Line coverage of KERNEL, built with -g, for lcov."),
    click.option("--signature", metavar="FILE", help="Dump the signature at an HTIF exit; also +..."),
    click.option("--signature-granularity", type=NUMBER, default=16, help="Bytes in its lines (16); also +..."),
    click.option("--monitor", is_flag=True, help="Begin in the monitor, before the first instruction."),
    click.option("-x", "--execute", "scripts", metavar="FILE", multiple=True, help="Monitor commands; repeatable."),
    click.option("--batch", is_flag=True, help="Only carry out -x FILE or standard input; 1 at an error."),
    click.option("--gdb", type=ADDRESS, help="Serve GDB there (HOST: 127.0.0.1); target remote :PORT."),
    click.option("--halted", is_flag=True, help="Wait for GDB before the first instruction."),
    click.option("--debug", is_flag=True, help="Show a traceback with an error."),
)


def _with_run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(RUN_OPTIONS):
        function = option(function)
    return function


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def app() -> None:
    """A deterministic RISC-V RV64 system emulator."""


@app.command(cls=RunCommand)
@_with_run_options
def run(**options: Any) -> int:
    """Boot KERNEL, or the bundled demo kernel, on the terminal. Ctrl-A X quits, Ctrl-A C is the monitor."""
    from rvemu.cli.execute import execute, request_of

    return execute(request_of(options))


@app.command(cls=RunCommand)
@_with_run_options
def monitor(**options: Any) -> int:
    """Begin in the monitor, before the first instruction of KERNEL: `run --monitor`."""
    from rvemu.cli.execute import execute, request_of

    return execute(request_of({**options, "monitor": True}))


@app.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def qemu(arguments: tuple[str, ...]) -> int:
    """Take the options of qemu-system-riscv64."""
    from rvemu.cli.qemu import run_qemu

    return run_qemu(arguments)


@app.command()
def info() -> int:
    """Show version, ISA, engines and what the host offers."""
    from rvemu.cli.info import show_info

    return show_info()


@app.command()
@click.argument("file")
@click.option("--base", type=NUMBER, default=0x8000_0000, help="Address of a raw file (0x80000000).")
def dis(file: str, base: int) -> int:
    """Disassemble an ELF file, or any other as raw code."""
    from rvemu.cli.dis import show_disassembly

    return show_disassembly(file, base)


@app.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("-j", "--jobs", type=NUMBER, help="Worker processes (one for each CPU).")
@click.option("--isa", metavar="STRING", default="", help="ISA string, as rv64gc_zba or rva20s64 (everything).")
@click.option("--engine", type=_choice(*ENGINES), default="auto", help="Execution engine (auto).")
@click.option("--tier-up", type=NUMBER, default=TIER_UP, help=f"Compile blocks that have run so often ({TIER_UP}).")
@click.option("--max-cycles", type=NUMBER, default=500_000_000, help="Give a test up at this CYCLE (500000000).")
@click.option("--timeout", type=SECONDS, default=300.0, help="Give a test up after these host seconds (300).")
@click.option("--junit", metavar="FILE", help="Write a report in JUnit's XML.")
@click.option("--json", "json_path", metavar="FILE", help="Write a report in JSON.")
@click.option("--debug", is_flag=True, help="Show a traceback with an error.")
def test(debug: bool, **options: Any) -> int:
    """Run riscv-tests ELF files: files, folders or patterns. Exit status 0 if some ran and none failed."""
    from rvemu.cli.test import run_tests

    return run_tests(**options)


@app.command()
@click.argument("a")
@click.argument("b")
@click.option("--from", "start", metavar="PC", help="Begin at the first commit there: 0x... or a symbol of --elf.")
@click.option("--ignore-csr", "ignore", metavar="NAMES", help="CSRs that may differ, as time,mip (the timer's).")
@click.option("--hart", type=NUMBER, help="Compare the commits of this hart only.")
@click.option("--elf", metavar="FILE", help="Program whose symbols name addresses.")
@click.option("--context", type=NUMBER, default=5, help="Lines to show before and after (5).")
@click.option("--prefix", is_flag=True, help="One log may end before the other.")
@click.option("--debug", is_flag=True, help="Show a traceback with an error.")
def compare(a: str, b: str, debug: bool, **options: Any) -> int:
    """Find the first commit in which two commit logs differ, Spike's or ours. Exit status 1 if there is one."""
    from rvemu.cli.compare import compare_logs

    return compare_logs((a, b), **options)


def run_command(words: Sequence[str]) -> int:
    """Run the command that `words` name and return its exit status.

    Raises:
        RvemuError: the user's mistake, click's own errors among them.
        KeyboardInterrupt: Ctrl-C.
    """
    try:
        status = app.main(list(words), prog_name="rvemu", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.Abort as error:  # what click makes of Ctrl-C
        raise KeyboardInterrupt from error
    except click.ClickException as error:
        raise ConfigError(_one_line(error)) from error
    return status if isinstance(status, int) else 0


def _one_line(error: click.ClickException) -> str:
    """Return click's complaint in the form of ours."""
    if isinstance(error, click.NoSuchOption):
        known = [name for name in _option_names(error.ctx) if name.startswith("--")]
        return f"{error.option_name}: no such option ({_nearest(error.option_name, known)})"
    text = error.format_message().rstrip(".")
    if isinstance(error, click.BadOptionUsage):
        text = text.partition(f"{error.option_name!r} ")[2]
        return f"{error.option_name}: the option {text} (--help tells)"
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is not None and ctx.command is app:
        name = text.split("'")[1]
        return f"{name}: no such command ({_nearest(name, list(app.commands))})"
    command = ctx.info_name if ctx is not None else "command line"
    return f"{command}: {text[:1].lower()}{text[1:]} (--help tells)"


def _option_names(ctx: click.Context | None) -> list[str]:
    return [name for param in (ctx.command.params if ctx else []) for name in param.opts]


def _nearest(word: str, known: list[str]) -> str:
    return next(iter(difflib.get_close_matches(word, known, n=1)), "--help lists them")
