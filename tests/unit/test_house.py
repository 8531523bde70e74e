"""The house's own rules that need neither a network nor a server."""

import errno
import importlib
import socket
import subprocess
import sys

import pytest

from house import (
    CHECKOUT,
    bench,
    cache,
    command,
    debian,
    demo,
    odoo_source,
    results,
    testing,
)
from house.postgres import Postgres
from house.say import Refusal

LINE = "2026-01-31 08:00:00,123 4242 {} some_db odoo.modules.loading: {}"


class FakePostgres(Postgres):
    """A server that only knows the comments on its databases."""

    def __init__(self, comments):
        self.comments = comments
        self.statements = []

    def sql(self, statement, database="postgres"):
        self.statements.append(statement)
        name = next((n for n in self.comments if f"'{n}'" in statement), None)
        if "shobj_description" in statement:
            return self.comments.get(name, "")
        return "1" if name else ""


def run_script(code, **environment):
    """Run a main() written in ``code`` as a script would, return its outcome."""
    text = f"from house import say\n{code}\nsay.run(main)"
    return subprocess.run(
        [sys.executable, "-c", text],
        env={"PYTHONPATH": str(CHECKOUT / "scripts"), **environment},
        capture_output=True,
        text=True,
    )


class TestRefusals:
    def test_a_refusal_is_one_sentence_and_exit_status_1(self):
        code = "def main(_): raise say.Refusal('Do this.')"
        outcome = run_script(code)
        assert outcome.returncode == 1
        assert outcome.stderr == "-c: Do this.\n"

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
    def test_a_disk_that_cannot_be_written_is_no_traceback(self, number):
        code = f"def main(_): raise OSError({number}, 'no', '/some/file')"
        outcome = run_script(code)
        assert outcome.returncode == 1
        assert outcome.stderr.count("\n") == 1
        assert "/some/file" in outcome.stderr
        assert "SMS_INBOX_CACHE" in outcome.stderr

    def test_a_port_in_use_names_the_flag(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(Refusal, match=f"Port {port} is in use.*--port"):
                demo._check_port(port)

    def test_a_folder_that_is_no_odoo_is_refused(self, tmp_path):
        with pytest.raises(Refusal, match="not an Odoo 19.0 source tree"):
            odoo_source.inspect(tmp_path)

    def test_too_small_a_disk_is_refused_before_any_download(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("SMS_INBOX_CACHE", str(tmp_path))
        with pytest.raises(Refusal, match="About 1000000 GB"):
            cache.prepare("it", tmp_path / "it", str, gigabytes=1_000_000)

    def test_a_machine_without_apt_is_sent_to_a_source_tree(self, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(Refusal, match="SMS_INBOX_ODOO"):
            debian.mirror()


class TestOdooSource:
    @pytest.mark.parametrize(
        "release, launcher",
        [
            ("odoo/release.py", "odoo-bin"),
            ("usr/lib/python3/dist-packages/odoo/release.py", "usr/bin/odoo"),
        ],
    )
    def test_a_checkout_and_debians_layout_are_both_known(
        self, tmp_path, release, launcher
    ):
        for name in (release, launcher):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
        package = (tmp_path / release).parent
        for folder in (package / "addons", tmp_path / "addons"):
            folder.mkdir(exist_ok=True)
        assert odoo_source.inspect(tmp_path).launcher == tmp_path / launcher

    def test_only_debians_own_main_source_will_do(self):
        line = "http://mirror.example/x\t{}\t{}\t{}"
        assert debian._debian_source(line.format("trixie", "main", "Debian"))
        assert debian._debian_source(line.format("trixie", "main", "$(ORIGIN)"))
        assert not debian._debian_source(line.format("trixie", "main", "Acme"))
        assert not debian._debian_source(line.format("trixie-x", "main", "Debian"))
        assert not debian._debian_source(line.format("trixie", "contrib", "Debian"))


class TestCache:
    def test_interrupted_work_is_begun_anew_and_finished_work_kept(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("SMS_INBOX_CACHE", str(tmp_path))
        target = tmp_path / "thing"

        def interrupted(folder):
            (folder / "half").touch()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cache.prepare("thing", target, interrupted)
        cache.prepare("thing", target, lambda folder: (folder / "whole").touch())
        cache.prepare("thing", target, interrupted)
        assert (target / "whole").exists()
        assert not (target / "half").exists()

    def test_the_hash_follows_content_and_names_but_not_compiled_files(self, tmp_path):
        (tmp_path / "a.py").write_text("1")
        first = cache.content_hash(tmp_path)
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__/a.pyc").write_text("x")
        assert cache.content_hash(tmp_path) == first
        (tmp_path / "a.py").rename(tmp_path / "b.py")
        assert cache.content_hash(tmp_path) != first


class TestDatabasesOfOthers:
    def test_a_database_without_our_mark_is_never_dropped(self):
        server = FakePostgres({"theirs": "important", "bare": ""})
        for name in server.comments:
            with pytest.raises(Refusal, match=f"{name} was not made by these scripts"):
                server.drop(name)
        assert not any("DROP" in statement for statement in server.statements)

    def test_a_database_with_our_mark_is_dropped(self):
        server = FakePostgres({"ours": "sms_inbox addon 0123"})
        assert server.mark("ours") == "addon 0123"
        server.drop("ours")
        assert "DROP DATABASE" in server.statements[-1]

    @pytest.mark.parametrize(
        "arguments, names",
        [
            (["server"], ["sms_inbox_demo"]),
            (["server", "-d", "a", "-i", "sms"], ["a"]),
            (["shell", "--database=a,b"], ["a", "b"]),
            (["-da"], ["a"]),
            (["server", "--dev=all"], ["sms_inbox_demo"]),
        ],
    )
    def test_the_databases_of_a_command_line(self, arguments, names):
        assert command.databases(arguments) == names


class TestResults:
    def test_odoos_last_line_counts(self):
        lines = [
            LINE.format("INFO", "skipped TestX.test_z : no reason"),
            LINE.format("ERROR", "1 failed, 2 error(s) of 9 tests when loading x"),
        ]
        assert results.count_odoo("\n".join(lines)) == results.Count(5, 3, 1)

    def test_a_run_that_broke_off_has_no_count(self):
        assert results.count_odoo(LINE.format("INFO", "Modules loaded.")) is None

    def test_warnings_are_complaints_with_their_traceback_unless_allowed(self):
        log = "\n".join(
            [
                LINE.format("INFO", "fine"),
                LINE.format("WARNING", "known quirk"),
                LINE.format("ERROR", "broken"),
                "Traceback (most recent call last):",
            ]
        )
        allowed = [("known quirk", "because")]
        assert results.complaints(log, allowed) == [
            LINE.format("ERROR", "broken") + "\nTraceback (most recent call last):"
        ]

    def test_junit_reports_add_up(self, tmp_path):
        report = tmp_path / "report.xml"
        suite = '<testsuite tests="5" failures="1" errors="1" skipped="1"/>'
        report.write_text(f"<testsuites>{suite}{suite}</testsuites>")
        assert results.count_pytest(report) == results.Count(4, 4, 2)
        assert results.count_pytest(tmp_path / "none.xml") is None

    def test_the_closing_line(self):
        assert str(results.Count(3)) == "3 passed, 0 failed"
        assert str(results.Count(3, 1, 2)) == "3 passed, 1 failed, 2 skipped"

    @pytest.mark.parametrize("count", [results.Count(3), results.Count(3, 1, 2)])
    def test_the_closing_line_is_read_again_and_a_stages_own_is_not(self, count):
        output = f"unit: 7 passed, 0 failed (9 s)\n{count}\n"
        assert results.last_count(output) == count

    def test_a_run_without_a_closing_line_did_not_end(self):
        assert results.last_count("unit: 7 passed, 0 failed (9 s)\nKilled\n") is None


class TestSelection:
    @pytest.mark.parametrize(
        "arguments, stages, narrowing",
        [
            ([], ["unit", "addon", "glue", "core", "system"], []),
            (["unit", "core"], ["unit", "core"], []),
            (["unit", "-k", "segments"], ["unit"], ["-k", "segments"]),
            (["/sms_inbox:TestX.test_y"], ["addon"], ["/sms_inbox:TestX.test_y"]),
            (["/sms_inbox_crm"], ["glue"], ["/sms_inbox_crm"]),
            (["/sms_inbox_digest"], ["glue"], ["/sms_inbox_digest"]),
            (["tests/system/test_a.py"], ["system"], ["tests/system/test_a.py"]),
        ],
    )
    def test_stages_and_what_narrows_them(self, arguments, stages, narrowing):
        assert testing.select(arguments) == (stages, narrowing)

    @pytest.mark.parametrize("arguments", [["-k", "x"], ["unit", "core", "-k", "x"]])
    def test_narrowing_that_fits_no_one_stage_is_refused(self, arguments):
        with pytest.raises(Refusal):
            testing.select(arguments)


@pytest.mark.parametrize(
    "closing, count",
    [("2 passed, 1 failed", results.Count(5, 1)), ("", results.Count(3, 1))],
)
def test_stages_in_a_process_of_their_own_count_and_one_that_dies_fails(
    closing, count, monkeypatch, tmp_path
):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "test").write_text(f"print({closing!r})")
    monkeypatch.setattr(testing, "CHECKOUT", tmp_path)
    assert testing._beside(["unit"], lambda: results.Count(3)) == count


def test_every_benchmark_can_be_asked_what_it_measures():
    for name in bench.names():
        module = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
        with pytest.raises(SystemExit) as ended:
            module.parse(["--help"])
        assert ended.value.code == 0
        assert callable(module.main)


@pytest.mark.parametrize("arguments", [[], ["table"], ["nothing"]])
def test_an_unknown_benchmark_is_refused_with_the_names_of_all(arguments):
    with pytest.raises(Refusal, match=r"pace\|partners\|press-send\|send"):
        bench.main(arguments)
