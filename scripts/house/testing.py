"""``scripts/test``: all tests, in stages, with one line of figures in the end."""

import contextlib
import functools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import CHECKOUT, GLUES, browser, cache, process, python_env
from .odoo import Odoo, ready
from .results import ALLOWED, Count, complaints, count_odoo, count_pytest, last_count
from .say import Refusal, progress
from .server import free_port

CORE = ["sms", "sms_twilio", "phone_validation", "test_lint"]
AFTER_UPDATE = "sms_inbox_after_update"
STARTING = re.compile(r" INFO \S+ odoo\.addons\.\S+: Starting (\w+)\.test")
HERE = Path(__file__).parent
NO_TESTS = 5  # pytest's exit status
LIMIT = 3300  # seconds for any one run
# The addon's tests take as long as these three, and only one of a machine's cores.
BESIDE_ADDON = ["unit", "glue", "core"]


def main(arguments: list[str]) -> int:
    """Run the stages that the arguments select; 0 only if nothing failed."""
    stages, narrowing = select(arguments)
    began, total = time.monotonic(), Count()
    if stages == list(STAGES):
        total += _beside(BESIDE_ADDON, lambda: _run_stages(["addon"]))
        stages = ["system"]
    total += _run_stages(stages, narrowing)
    progress(f"All done in {time.monotonic() - began:.0f} s.")
    print(total, flush=True)
    return 1 if total.failed or not total.passed else 0


def select(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Tell the stages from what narrows them down."""
    stages = [word for word in arguments if word in STAGES]
    narrowing = [word for word in arguments if word not in STAGES]
    if narrowing and not stages:
        stages = [_stage_of(narrowing[0])]
    if narrowing and len(stages) > 1:
        raise Refusal("Arguments that narrow a stage down need exactly one stage.")
    return stages or list(STAGES), narrowing


def _stage_of(argument: str) -> str:
    for prefix, stage in (
        *((f"/{glue.name}", "glue") for glue in GLUES.values()),
        ("/sms_inbox", "addon"),
        ("tests/unit", "unit"),
        ("tests/system", "system"),
    ):
        if argument.startswith(prefix):
            return stage
    raise Refusal(
        f"Say which stage {argument} is for: scripts/test {'|'.join(STAGES)} ARGS."
    )


def _beside(stages: list[str], work: Callable[[], Count]) -> Count:
    """Run stages in a process of their own beside some work, and show them after it."""
    command = [sys.executable, CHECKOUT / "scripts" / "test", *stages]
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        pipes = {"stdout": output, "stderr": subprocess.STDOUT}
        with process.background(command, **pipes) as child:
            count = work()
            child.wait()  # each of its runs has a limit
        output.seek(0)
        shown = output.read()
    print(shown, end="", flush=True)
    return count + (last_count(shown) or Count(failed=1))


def _run_stages(stages: list[str], narrowing: list[str] = ()) -> Count:
    return sum((_run_stage(stage, narrowing) for stage in stages), Count())


def _run_stage(stage: str, narrowing: list[str]) -> Count:
    progress(f"== {stage} ==")
    began = time.monotonic()
    try:
        count = STAGES[stage](narrowing)
    except Refusal as refusal:
        # One stage that cannot run is a failure, and no reason to skip the others.
        progress(f"{stage}: {refusal}")
        count = Count(failed=1)
    progress(f"{stage}: {count} ({time.monotonic() - began:.0f} s)")
    return count


def _unit(narrowing: list[str]) -> Count:
    return _pytest("unit", narrowing)


def _system(narrowing: list[str]) -> Count:
    with _odoo():  # set up, and kept running, so that no test waits for it
        return _pytest("system", narrowing)


def _addon(narrowing: list[str]) -> Count:
    """Install the addon with its tests, then update it and test the outcome."""
    tags = ",".join(narrowing) or "/sms_inbox"
    with _odoo() as odoo, _database(odoo, ["contacts", "sms_twilio"]) as name:
        install = ["-i", "sms_inbox,contacts", "--test-tags", tags]
        count = _odoo_tests(odoo, name, "addon", install, strict=True)
        if not narrowing:
            update = ["-u", "sms_inbox", "--test-tags", AFTER_UPDATE]
            log = "addon-after-update"
            count += _odoo_tests(odoo, name, log, update, strict=True, may_be_none=True)
    return count


def _glue(narrowing: list[str]) -> Count:
    """Install all addons beside the apps they tie together, and test the ties."""
    glues = [glue.name for glue in GLUES.values()]
    tags = ",".join(narrowing) or ",".join(f"/{name}" for name in glues)
    with _odoo() as odoo, _database(odoo, ["contacts", "sms_twilio", *GLUES]) as name:
        install = ["-i", ",".join(["sms_inbox", *glues]), "--test-tags", tags]
        return _odoo_tests(odoo, name, "glue", install, strict=True)


def _core(narrowing: list[str]) -> Count:
    """Run core's own tests of what we extend, with the addon there."""
    tags = ",".join(narrowing) or ",".join(f"/{module}" for module in CORE)
    modules = ["sms_inbox", "contacts", "test_lint"]
    with _odoo() as odoo, _database(odoo, modules, demo=True) as name:
        return _odoo_tests(odoo, name, "core", ["--test-tags", tags], every=True)


STAGES: dict[str, Callable[[list[str]], Count]] = {
    "unit": _unit,
    "addon": _addon,
    "glue": _glue,
    "core": _core,
    "system": _system,
}


@contextlib.contextmanager
def _odoo() -> Iterator[Odoo]:
    chromium = browser.find()
    os.environ["PATH"] = f"{chromium.parent}:{os.environ.get('PATH', os.defpath)}"
    with ready(tools=True) as odoo:
        yield odoo


@contextlib.contextmanager
def _database(odoo: Odoo, modules: list[str], demo: bool = False) -> Iterator[str]:
    """Give a database to test in, dropped in the end."""
    name = f"sms_inbox_test_{os.getpid()}"
    odoo.fresh_database(name, modules, demo=demo)
    try:
        yield name
    finally:
        odoo.drop_database(name)


def _pytest(stage: str, narrowing: list[str]) -> Count:
    folder = CHECKOUT / "tests" / stage
    chosen = any(Path(word.partition("::")[0]).exists() for word in narrowing)
    env = python_env.find(tools=True)
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [env.python, "-m", "pytest", f"--junitxml={report}", "-q"]
        status = process.stream(
            [*command, *narrowing, *([] if chosen else [folder])],
            functools.partial(print, flush=True),
            timeout=LIMIT,
            cwd=CHECKOUT,
        )
        count = count_pytest(report) or Count()
    if status not in (0, 1, NO_TESTS) or (narrowing and status == NO_TESTS):
        _explain(status, f"pytest ended with status {status}")
        count += Count(failed=1)
    return count


def _odoo_tests(
    odoo: Odoo,
    database: str,
    name: str,
    arguments: list[str],
    *,
    strict: bool = False,
    every: bool = False,
    may_be_none: bool = False,
) -> Count:
    """Run Odoo with tests; a strict run may not log warnings either."""
    log = cache.folder("logs") / f"test-{name}-{os.getpid()}.log"
    status = _stream_odoo(odoo, database, arguments, log, every=every)
    text = log.read_text(errors="replace")
    count = count_odoo(text)
    if count == Count() and may_be_none:
        return count
    bad = complaints(text, ALLOWED if strict else NOT_FAILURES)
    for record in bad:
        print(record, flush=True)
    if status is None or count is None:
        _explain(status, f"Odoo did not get to the end of its tests: see {log}")
        return (count or Count()) + Count(failed=1)
    if count.failed:
        progress(f"The whole log is {log}.")
    elif bad or status or count == Count():
        _explain(status, f"no test failed, but the log is not as it must be: see {log}")
        return count + Count(failed=1)
    else:
        log.unlink()
    return count


# A run that is not strict shows only what its failed tests logged.
NOT_FAILURES = [(r" WARNING ", "core's own affair")]


def _stream_odoo(
    odoo: Odoo, database: str, arguments: list[str], log: Path, *, every: bool
) -> int | None:
    command = odoo.command(
        *("server", "-d", database, "--stop-after-init", "--max-cron-threads=0"),
        *(f"--http-port={free_port()}", f"--gevent-port={free_port()}"),
        *arguments,
    )
    environment = odoo.environment()
    if every:
        command[1] = str(HERE / "odoo_all_tests.py")
        environment["PATH"] = f"{HERE / 'shims'}:{environment['PATH']}"
        environment["ODOO_CORE"] = str(odoo.source.python_path / "odoo")
    with log.open("w") as output:
        show = _show_classes(output)
        return process.stream(command, show, timeout=LIMIT, env=environment)


def _show_classes(output) -> Callable[[str], None]:
    """Return what writes a log's lines and tells which test class is running."""
    last = ""

    def show(line: str) -> None:
        nonlocal last
        output.write(line + "\n")
        found = STARTING.search(line)
        if found and found[1] != last:
            last = found[1]
            progress(f"   {last}")

    return show


def _explain(status: int | None, text: str) -> None:
    late = f"stopped after {LIMIT} s: " if status is None else ""
    progress(f"{late}{text}.")
