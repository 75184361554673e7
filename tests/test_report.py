"""Reports: the data can be read again, the table shows the same, and nothing private is told."""

import importlib.metadata
import json
import os
import platform

import pytest

from pacdistill.studies import describe_machine, write_report

ROWS = [{"method": "a|b", "exact": True, "n": 12345}, {"method": "c", "seconds": 0.25, "n": None}]


def test_the_machine_is_described_without_its_name():
    machine = describe_machine(["numpy", "no-such-package"])
    assert machine["cores"] == os.cpu_count()
    assert machine["python"] == platform.python_version()
    assert machine["packages"] == {
        "numpy": importlib.metadata.version("numpy"),
        "no-such-package": None,
    }
    assert machine["cpu"]
    assert platform.node() not in [machine["cpu"], *machine["system"].split()]
    assert describe_machine()["packages"]["torch"] == importlib.metadata.version("torch")


def test_data_and_table_say_the_same(tmp_path):
    machine = {"cpu": "fast", "packages": {"x": "1.0", "y": None}}
    tables = {"First": ROWS, "Second": []}
    write_report(tmp_path / "out.v1", tables, command="make it", machine=machine, text="Read me.")
    data = json.loads((tmp_path / "out.v1.json").read_text(encoding="utf-8"))
    assert data == {"command": "make it", "machine": machine, "tables": tables}
    assert (tmp_path / "out.v1.md").read_text(encoding="utf-8").splitlines() == [
        "Made by `make it` (cpu: fast; packages: x 1.0, y not installed).",
        "",
        "Read me.",
        "",
        "## First",
        "",
        "| method | exact | n | seconds |",
        "| --- | --- | --- | --- |",
        r"| a\|b | yes | 12,345 |  |",
        "| c |  |  | 0.25 |",
        "",
        "## Second",
        "",
        "Nothing was measured.",
    ]


@pytest.mark.parametrize("value", [float("nan"), {1, 2}])
def test_other_than_plain_values_are_refused_before_a_file_is_written(tmp_path, value):
    with pytest.raises((TypeError, ValueError), match="JSON"):
        write_report(tmp_path / "a", {"A": [{"x": value}]}, command="c", machine={})
    assert list(tmp_path.iterdir()) == []
