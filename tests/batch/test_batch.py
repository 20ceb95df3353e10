"""A batch does everything once, loses nothing, and does again only what a change touches."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.batch import Progress, outputs, queries, run_batch
from hpcp_rules.batch.corpus import Corpus, open_read_only
from hpcp_rules.engine.checker import RuleRun
from hpcp_rules.errors import HpcpError
from hpcp_rules.model.report import RunReport
from tests.batch.make import CHANGE, MEANING, checker, contract, rules, run


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules(tmp_path_factory.mktemp("pack") / "rules")


@pytest.fixture(scope="module")
def made(pack: Path) -> Checker:
    return checker(pack)


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """Ten contracts, one of them twice, one that changes things, and one file that cannot be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(10):
        clauses = [CHANGE] if n % 2 else []
        (folder / f"{n}.txt").write_text(contract(n, *clauses, *([MEANING] if n % 3 == 0 else [])))
    shutil.copy(folder / "3.txt", folder / "copy.txt")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 broken")
    return folder


def corpus_of(out: Path) -> sqlite3.Connection:
    return open_read_only(outputs.corpus_path(out))


def everything(out: Path) -> dict[str, Any]:
    """All that a corpus says of its documents, by content; without what differs between any two runs."""
    sql = corpus_of(out)
    found = {}
    for number, sha256, report in sql.execute("select id, sha256, report from document").fetchall():
        told = json.loads(zlib.decompress(report))
        del told["timings_ms"]
        del told["document"]["name"]
        rows = {
            t: sorted(sql.execute(f"select * from {t} where document = ?", (number,)).fetchall(), key=repr)
            for t in ("finding", "requirement", "looked")
        }
        found[sha256] = [told, {t: [r[1:] for r in v] for t, v in rows.items()}]
    return found


def test_each_document_once_by_its_content(made: Checker, contracts: Path, tmp_path: Path) -> None:
    done, engine = run(made, tmp_path / "out", contracts)
    assert (done.new, done.known, done.failed, done.rechecked) == (10, 1, 1, 0)
    assert len(engine.asked) == 11
    sql = corpus_of(tmp_path / "out")
    assert sql.execute("select count(*) from document").fetchone() == (10,)
    assert sql.execute("select count(*) from place").fetchone() == (11,)
    assert sql.execute("select name, code from error").fetchall() == [(str(contracts / "broken.docx"), "damaged")]
    for name, text in ((p.name, p.read_text()) for p in contracts.glob("*.txt")):
        quotes = sql.execute(
            'select f.start, f."end", f.quote from finding f join place p on p.document = f.document where p.name = ?',
            (str(contracts / name),),
        ).fetchall()
        assert all(text[s:e] == quote for s, e, quote in quotes)
        assert bool(quotes) == (CHANGE in text or MEANING in text)


def test_a_second_run_does_only_what_is_new(made: Checker, contracts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    run(made, out, contracts)
    first = out.read_bytes()
    done, engine = run(made, out, contracts)
    assert (done.new, done.known, done.failed) == (0, 11, 1)
    assert engine.asked == []
    assert out.read_bytes() == first
    (contracts / "new.txt").write_text(contract(99, CHANGE))
    (contracts / "0.txt").write_text(contract(100))
    os.rename(contracts / "1.txt", contracts / "renamed.txt")
    done, engine = run(made, out, contracts)
    assert sorted(Path(a["name"]).name for a in engine.asked) == ["0.txt", "new.txt"]
    assert out.read_bytes().startswith(first)
    assert len(out.read_text().splitlines()) == 12


def test_what_failed_is_tried_again_with_other_limits(pack: Path, contracts: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    strict = checker(pack)
    strict.limits = replace(strict.limits, max_characters=100)
    done, _ = run(strict, tmp_path / "out", contracts / "1.txt")
    assert (done.new, done.failed) == (0, 1)
    done, engine = run(strict, tmp_path / "out", contracts / "1.txt")
    assert (done.failed, engine.asked) == (1, [])
    done, _ = run(checker(pack), tmp_path / "out", contracts / "1.txt")
    assert (done.new, done.failed) == (1, 0)
    assert corpus_of(tmp_path / "out").execute("select count(*) from error").fetchone() == (0,)


@pytest.fixture
def changed(pack: Path, tmp_path: Path) -> Path:
    """The pack with one rule that knows a new construction, one that lost its own, and one that is gone."""
    folder = tmp_path / "changed"
    shutil.copytree(pack, folder)
    meaning = next(folder.glob("law19/25.08*"))
    text = meaning.read_text()
    start = text.index("patterns:")
    end = text.index("\n", text.index("match:", start))
    meaning.write_text(text[: text.index("match:", start)] + 'match: "điều không bao giờ có"' + text[end:])
    price = next(folder.glob("law19/25.06*"))
    text = price.read_text()
    at = text.index("patterns:") + len("patterns:\n")
    price.write_text(text[:at] + '  - id: bicycle\n    match: "sửa chiếc xe"\n' + text[at:])
    next(folder.glob("law19/25.12*")).unlink()
    return folder


def test_after_a_change_only_changed_rules_run_and_the_outcome_is_that_of_a_full_run(
    made: Checker, changed: Path, contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(made, tmp_path / "out", contracts)
    ran: set[str] = set()
    own = RuleRun._pattern

    def watched(self: RuleRun, rule: Any, *rest: Any) -> None:
        ran.add(rule.id)
        own(self, rule, *rest)

    monkeypatch.setattr(RuleRun, "_pattern", watched)
    after = Checker(checker_of(changed).pack, as_of=made.as_of)
    done, engine = run(after, tmp_path / "out", contracts)
    monkeypatch.undo()
    expected = {r.id for r in after.pack.rules if r.path.name[:5] in ("25.06", "25.08")}
    assert ran == expected
    assert (done.new, done.rechecked) == (0, 10)
    assert [set(a["again"]) >= expected for a in engine.asked if "again" in a] == [True] * 10
    run(after, tmp_path / "full", contracts)
    assert everything(tmp_path / "out") == everything(tmp_path / "full")
    sql = corpus_of(tmp_path / "out")
    told = queries.changes(sql, 2)
    assert done.gained == sum(g for _, g, *_ in told) > 0
    assert done.lost == sum(not g for _, g, *_ in told) > 0
    assert {(g, p) for _, g, _, p, _ in told} >= {(1, "law19:25.6"), (0, "law19:25.8")}
    assert all(Path(name).is_relative_to(contracts) for name, *_ in told)
    assert run(after, tmp_path / "out", contracts)[1].asked == []


def checker_of(folder: Path) -> Checker:
    from hpcp_rules.rulespec.pack import load_pack

    return Checker(load_pack(folder))


def test_the_whole_corpus_is_checked_again_without_its_files(
    made: Checker, changed: Path, contracts: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    run(made, out, contracts)
    shutil.rmtree(contracts)
    after = Checker(checker_of(changed).pack, as_of=made.as_of)
    done, _ = run(after, out)
    assert (done.rechecked, done.failed) == (10, 0)
    lines = [RunReport.model_validate_json(line) for line in out.read_text().splitlines()]
    assert len({r.document.sha256 for r in lines}) == len(lines) == 10
    assert all(r.pack.sha256 == after.pack.sha256 for r in lines)


def test_another_day_or_new_code_is_a_full_run(
    made: Checker, pack: Path, contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    run(made, tmp_path / "out", contracts)
    _, engine = run(Checker(made.pack, as_of=date(2024, 1, 1)), tmp_path / "out", contracts)
    assert [a["again"] for a in engine.asked if "again" in a] == [None] * 10
    monkeypatch.setattr("hpcp_rules.batch.state._code", lambda parts: f"new code of {parts}")
    _, engine = run(made, tmp_path / "out", contracts)
    assert len(engine.asked) == 11
    assert not any("again" in a for a in engine.asked)  # read anew, from the files


def test_a_lexicon_change_touches_the_rules_that_use_the_set(made: Checker, pack: Path, tmp_path: Path) -> None:
    from hpcp_rules.batch.state import state_of

    folder = tmp_path / "lexicon"
    shutil.copytree(pack, folder)
    before = state_of(made)
    assert state_of(checker(folder)).changed_since(before) == []
    rule = made.pack.rule("R2508") or made.pack.rules[2]
    name = next(iter(w[1:-1] for w in rule.patterns[0].spec.match.split() if w.startswith("{")))
    path = next(p for p in (folder / "_lexicon").glob("*.yaml") if f"\n  {name}:" in p.read_text())
    text = path.read_text()
    path.write_text(text.replace(f"\n  {name}:", f'\n  {name}_new: ["xe đạp"]\n  {name}:', 1))
    assert state_of(checker(folder)).changed_since(before) == []
    line = next(n for n, row in enumerate(text.splitlines()) if row.startswith(f"  {name}:"))
    rows = text.splitlines()
    assert rows[line].endswith("]") or rows[line + 1].lstrip().startswith("-")
    if rows[line].endswith("]"):
        rows[line] = rows[line][:-1] + ', "xe đạp"]'
    else:
        rows.insert(line + 1, rows[line + 1][: len(rows[line + 1]) - len(rows[line + 1].lstrip())] + '- "xe đạp"')
    path.write_text("\n".join(rows) + "\n")
    touched = state_of(checker(folder)).changed_since(before)
    assert touched is not None
    assert rule.id in touched
    assert len(touched) < len(made.pack.rules)


def test_results_are_the_same_in_processes(made: Checker, contracts: Path, tmp_path: Path) -> None:
    run(made, tmp_path / "one", contracts)
    done = run_batch(made, [str(contracts)], tmp_path / "two", jobs=2)
    assert (done.new, done.known, done.failed) == (10, 1, 1)
    assert everything(tmp_path / "two") == everything(tmp_path / "one")


def test_all_outputs_hold_the_same(made: Checker, contracts: Path, tmp_path: Path) -> None:
    import pyarrow.parquet

    for name in ("dir", "out.jsonl", "out.parquet"):
        run(made, tmp_path / name, contracts)
    lines = {
        json.loads(x)["document"]["sha256"]: json.loads(x) for x in (tmp_path / "out.jsonl").read_text().splitlines()
    }
    files = {p.stem: json.loads(p.read_text()) for p in (tmp_path / "dir" / "reports").rglob("*.json")}
    rows = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert lines.keys() == files.keys() == {r["sha256"] for r in rows}
    for sha256, report in files.items():
        RunReport.model_validate(report)
        ids = sorted(f["id"] for f in report["findings"])
        assert ids == sorted(f["id"] for f in lines[sha256]["findings"])
        assert ids == sorted(r["finding"] for r in rows if r["sha256"] == sha256 and r["finding"])
    for path in ("dir/errors.jsonl", "out.jsonl.errors.jsonl", "out.parquet.errors.jsonl"):
        (error,) = (tmp_path / path).read_text().splitlines()
        assert json.loads(error)["code"] == "damaged"


def test_the_corpus_is_for_its_owner_and_one_run_at_a_time(made: Checker, contracts: Path, tmp_path: Path) -> None:
    run(made, tmp_path / "out", contracts)
    path = outputs.corpus_path(tmp_path / "out")
    assert path.stat().st_mode & 0o777 == 0o600
    busy = Corpus(path)
    with pytest.raises(HpcpError) as caught:
        run(made, tmp_path / "out", contracts)
    assert caught.value.code == "corpus-in-use"
    busy.close()
    path.write_bytes(b"no corpus at all, but long enough to be taken for a file of something else" * 100)
    with pytest.raises(HpcpError) as caught:
        run(made, tmp_path / "out", contracts)
    assert caught.value.code == "no-corpus"


def test_a_full_disk_keeps_what_was_done(
    made: Checker, contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr("hpcp_rules.batch.run._COMMIT_SECONDS", 0.0)
    count = [0]
    own = outputs.JsonLines.add

    def full(self: Any, *rest: Any) -> None:
        count[0] += 1
        if count[0] == 5:
            self._out.write(b'{"half a li')
            self._out.flush()
            raise OSError(errno.ENOSPC, "No space left on device")
        own(self, *rest)

    monkeypatch.setattr(outputs.JsonLines, "add", full)
    with pytest.raises(HpcpError) as caught:
        run(made, out, contracts)
    assert caught.value.code == "disk-full"
    done, _ = run(made, out, contracts)
    assert done.new == 6
    assert len([RunReport.model_validate_json(line) for line in out.read_text().splitlines()]) == 10
    sql = corpus_of(out)
    assert [bool(ended) for (ended,) in sql.execute("select ended from run order by id")] == [False, True]


def test_a_result_file_that_was_lost_is_made_anew(made: Checker, contracts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    run(made, out, contracts)
    whole = out.read_bytes()
    out.unlink()
    run(made, out, contracts)
    assert sorted(out.read_bytes().splitlines()) == sorted(whole.splitlines())


def test_kill_9_loses_nothing_and_nothing_is_done_twice(pack: Path, tmp_path: Path) -> None:
    texts, out = tmp_path / "texts.jsonl", tmp_path / "out.jsonl"
    texts.write_text("".join(json.dumps({"text": contract(n, CHANGE) * 40}) + "\n" for n in range(120)))
    call = [
        sys.executable, "-c", "from hpcp_rules.cli.main import main; main()", "batch", str(texts), "--out", str(out),
        "--rules", str(pack), "--jobs", "2", "--quiet", "--no-families",
    ]  # fmt: skip
    counts = []
    for _ in range(2):
        batch = subprocess.Popen(call, stdout=subprocess.DEVNULL)
        before = documents(out)
        while documents(out) < before + 10 and batch.poll() is None:
            time.sleep(0.02)
        os.kill(batch.pid, signal.SIGKILL)
        batch.wait()
        counts.append(documents(out))
    assert 0 < counts[0] < counts[1] < 120
    last = subprocess.run(call, stdout=subprocess.PIPE, text=True)
    assert last.returncode == 1
    assert f"{120 - counts[1]} văn bản mới, {counts[1]} đã biết" in last.stdout
    reports = [RunReport.model_validate_json(line) for line in out.read_text().splitlines()]
    assert len({r.document.sha256 for r in reports}) == len(reports) == 120


def documents(out: Path) -> int:
    try:
        return int(corpus_of(out).execute("select count(*) from document").fetchone()[0])
    except (HpcpError, sqlite3.Error):
        return 0


def test_stopping_by_hand_keeps_what_was_done(made: Checker, contracts: Path, tmp_path: Path) -> None:
    from tests.batch.make import Inline

    engine = Inline(made)

    def interrupt(number: int) -> None:
        if number == 7:
            raise KeyboardInterrupt

    engine.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        run_batch(made, [str(contracts)], tmp_path / "out", engine=lambda: engine)
    done, _ = run(made, tmp_path / "out", contracts)
    assert 0 < done.new < 10
    assert done.new + done.known == 11


def test_a_clause_that_stands_in_many_contracts_is_one_family(made: Checker, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    names = ["Công ty TNHH Bánh Xe Tre", "Công ty Cổ phần Mây Trắng", "Công ty TNHH Sông Dài"]
    for n, name in enumerate(names):
        clause = CHANGE.replace("hợp đồng này", f"hợp đồng số {n} này")
        (folder / f"{n}.txt").write_text(
            contract(n, clause, "Xe được rửa sạch trước khi trả lại cho khách hàng vào ngày hẹn.", company=name)
        )
    run(made, tmp_path / "out", folder, sector="sửa chữa")
    sql = corpus_of(tmp_path / "out")
    (top, *_) = queries.top_unlawful(sql)
    assert (top.documents, top.businesses, top.provision) == (3, 3, "law19:25.3")
    assert queries.top_unlawful(sql, sector="sửa chữa")[0].documents == 3
    assert queries.top_unlawful(sql, sector="viễn thông") == []
    wordings = queries.genealogy(sql, top.family)
    assert [Path(w.first_document).name for w in wordings] == ["0.txt", "1.txt", "2.txt"]
    common = queries.most_common(sql)
    assert (3, 3, 3) in [row[2:] for row in common]
    assert (3, 3, 1) in [row[2:] for row in common]
    assert queries.by_provision(sql)[0] == ("law19:25.3", 3, 3)


def test_families_grow_from_batch_to_batch(made: Checker, tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(contract(1, CHANGE))
    second.write_text(contract(2, CHANGE.replace("Khách hàng", "quý khách hàng")))
    run(made, tmp_path / "out", first)
    run(made, tmp_path / "out", second)
    assert queries.top_unlawful(corpus_of(tmp_path / "out"))[0].documents == 2


def test_without_the_package_the_command_that_installs_it_is_named(
    made: Checker, contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(HpcpError) as caught:
        run(made, tmp_path / "out.parquet", contracts)
    assert caught.value.code == "missing-part"
    assert "pip install 'hpcp-rules[batch]'" in caught.value.remedy_vi
    monkeypatch.setitem(sys.modules, "datasketch", None)
    from hpcp_rules.batch.families import available

    assert not available()


def test_time_left_counts_what_has_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(new=10, known=90, done_bytes=500, worked_bytes=100, total_bytes=1000, begun=0.0)
    monkeypatch.setattr("hpcp_rules.batch.run.monotonic", lambda: 20.0)
    assert progress.rate == 0.5
    assert progress.seconds_left == 100.0
    assert Progress(total_bytes=1000).seconds_left is None
