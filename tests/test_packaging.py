"""The wheel carries the rules and checks a contract in an empty folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

SCRIPT = """
import json, hpcp_rules
from hpcp_rules import check_text
from hpcp_rules.rulespec.pack import rules_folder
report = check_text("Công ty có quyền thay đổi hợp đồng này mà không cần sự đồng ý của Khách hàng.")
print(json.dumps([hpcp_rules.__file__, str(rules_folder()), [f.provision for f in report.findings]]))
"""


def test_the_wheel_works_without_the_repository(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    module, rules, provisions = json.loads(run.stdout)
    assert Path(module).is_relative_to(site)
    assert Path(rules).is_relative_to(site)
    assert provisions == ["law19:25.3"]
    assert (site / "hpcp_rules" / "py.typed").exists()
    assert (site / "hpcp_rules" / "_rules" / "_parameters" / "fines.yaml").exists()
