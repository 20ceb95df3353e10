"""The GitHub Action and the pre-commit hook, as far as they run without GitHub and without pre-commit."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.readers import make


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository of contracts, with `hpcp` on the path."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "hpcp"
    call = f"{sys.executable} -c 'from hpcp_rules.cli.main import main; main()'"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {call} "$@"\n')
    program.chmod(0o755)
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "một hai.txt").write_text(make.UNFAIR, encoding="utf-8")
    (tmp_path / "-rf.txt").write_text(make.CLEAN, encoding="utf-8")
    return tmp_path


def scan(place: Path, **inputs: str) -> tuple[int, str, str]:
    """Exit code, outputs and log of the action's script."""
    outputs = place / "outputs"
    outputs.write_text("")
    env = {
        **os.environ, **{f"INPUT_{k.upper()}": v for k, v in inputs.items()},
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}", "GITHUB_OUTPUT": str(outputs),
    }  # fmt: skip
    done = subprocess.run(
        ["bash", str(ROOT / ".github" / "scan.sh")], cwd=place, env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, outputs.read_text(), done.stdout


def test_the_script_of_the_action(place: Path) -> None:
    code, outputs, log = scan(place, files="terms/\n  -rf.txt  \n", junit="j.xml")
    assert (code, outputs) == (1, "exit-code=1\n")
    assert "::warning::" in log
    (run,) = json.loads((place / "hpcp-rules.sarif").read_text(encoding="utf-8"))["runs"]
    found = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]}
    assert "terms/m%E1%BB%99t%20hai.txt" in found
    assert (place / "j.xml").read_text(encoding="utf-8").startswith("<?xml")


def test_signs_may_be_let_pass_but_nothing_else(place: Path) -> None:
    assert scan(place, files="terms", fail="false")[0] == 0
    assert scan(place, files="terms\nnone.docx", fail="false")[0] == 2
    assert scan(place, files=" \n")[0] == 3
    assert scan(place, files="$(touch pwned); `touch pwned`")[0] == 2
    assert not (place / "pwned").exists()


def test_the_action_hands_every_input_to_its_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    script = (ROOT / ".github" / "scan.sh").read_text(encoding="utf-8")
    (step,) = [s for s in action["runs"]["steps"] if s.get("id") == "check"]
    for name in set(action["inputs"]) - {"python-version"}:
        variable = "INPUT_" + name.upper().replace("-", "_")
        assert step["env"][variable] == "${{ inputs." + name + " }}"
        assert variable in script
    for one in action["runs"]["steps"]:
        assert "${{" not in one.get("run", "")  # a file name never becomes part of a script


def test_the_hook_is_a_call_that_works(place: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    wanted = re.compile(hook["files"])
    assert [n for n in ("a.docx", "b.PDF", "c.txt", "d.py", "e.htm") if wanted.search(n)] == [
        "a.docx",
        "b.PDF",
        "c.txt",
        "e.htm",
    ]
    env = {**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        [*shlex.split(hook["entry"]), "terms/một hai.txt"], cwd=place, env=env, capture_output=True, check=False
    )
    assert done.returncode == 1
