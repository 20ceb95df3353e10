"""`hpcp eval`: the figures of docs/quality.md on any annotated folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.cli.common import Lang, Quiet, Rules, day, help_text, pack_from
from hpcp_rules.errors import UsageError, Where
from hpcp_rules.report.messages import say

if TYPE_CHECKING:
    from hpcp_rules.evaluation import Counts, Evaluation


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR|FILE.jsonl", help=help_text("opt.gold"))],
    lang: Lang = DEFAULT_LANG,
    rules: Rules = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    errors: Annotated[bool, typer.Option("--errors", help=help_text("opt.errors"))] = False,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help=help_text("opt.json"))] = None,
    compare: Annotated[Path | None, typer.Option("--compare", metavar="FILE", help=help_text("opt.compare"))] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help=help_text("opt.plot"))] = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", metavar="0..1", min=0.0, max=1.0, help=help_text("opt.min-confidence"))
    ] = 0.0,
    quiet: Quiet = False,
) -> None:
    from hpcp_rules.api import Checker
    from hpcp_rules.evaluation import evaluate_clauses, evaluate_documents, load_clauses, load_gold

    if not gold.exists():
        raise UsageError(
            "not-found", vi="Không tìm thấy.", en="There is nothing there.", where=Where(str(gold)),
            remedy_vi="Kiểm tra đường dẫn.", remedy_en="Check the path.",
        )  # fmt: skip
    earlier = _earlier(compare) if compare else None
    checker = Checker(pack_from(rules), as_of=day("--as-of", as_of), min_confidence=min_confidence)
    for problem in checker.pack.problems:
        print(problem.text(lang), file=sys.stderr)
    if gold.is_dir():
        result = evaluate_documents(load_gold(gold), checker.check_text)
    else:
        result = evaluate_clauses(load_clauses(gold), checker.check_text)
    _table(result, lang, documents=gold.is_dir())
    if plot is not None:
        from hpcp_rules.evaluation.plot import plot_curve

        plot_curve(result, plot, gold.name)
    if errors:
        for m in result.mistakes:
            print(f"{m.error:<12}{m.document:<28}{m.provision:<14}{m.rule or '-':<7}{' '.join(m.text.split())[:400]}")
    if earlier is not None:
        _compare(earlier, result.found, lang)
    if json_file:
        json_file.write_text(json.dumps(result.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(2 if checker.pack.problems else 0)


def _earlier(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["found"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "bad-compare",
            vi="Không phải tệp số liệu của «hpcp eval --json».",
            en="This is no file of “hpcp eval --json”.",
            where=Where(str(path)),
            remedy_vi="Tạo bằng: hpcp eval THƯ_MỤC --json TỆP.",
            remedy_en="Make one: hpcp eval FOLDER --json FILE.",
        ) from error


def _table(result: Evaluation, lang: str, *, documents: bool) -> None:
    from hpcp_rules.evaluation.score import MIN_RECORDS, item_order

    print(say("eval.count", lang, n=result.documents))
    print(f"{'':<14}{'P':>7}{'R':>7}{'F1':>7}{'TP':>6}{'FP':>6}{'FN':>6}")
    for name in sorted(result.items, key=item_order):
        _row(name, result.items[name])
    _row("micro", result.micro)
    if not documents:
        flagged = sum(v[0] for v in result.near_flagged.values())
        near = sum(v[1] for v in result.near_flagged.values())
        print(say("eval.near", lang, flagged=flagged, near=near, share=flagged / near if near else 0.0))
        return
    _row("any provision", result.any_provision)
    print(say("eval.macro", lang, n=MIN_RECORDS, f1=result.macro_f1, items=len(result.macro_items)))
    if result.kinds:
        print(say("eval.kinds", lang, right=result.kinds_right, n=result.kinds))
    for fact, (right, n) in result.facts.items():
        print(say("eval.fact", lang, fact=fact, right=right, n=n))
    if result.required:
        a = result.absent
        print(
            say(
                "eval.required",
                lang,
                right=result.required_right,
                n=result.required,
                share=result.required_right / result.required,
            )
            + f" P {_shown(a.precision).strip()} R {_shown(a.recall).strip()} F1 {_shown(a.f1).strip()}"
        )


def _row(name: str, c: Counts) -> None:
    print(f"{name:<14}{_shown(c.precision):>7}{_shown(c.recall):>7}{_shown(c.f1):>7}{c.tp:>6}{c.fp:>6}{c.fn:>6}")


def _shown(value: float | None) -> str:
    return "  -  " if value is None else f"{value:.3f}"


def _compare(before: dict[str, str], after: dict[str, str], lang: str) -> None:
    from hpcp_rules.evaluation import compare

    gained, lost = compare(before, after)
    print(say("words.compare", lang, gained=len(gained), lost=len(lost)))
    for sign, rows in (("+", gained), ("-", lost)):
        for key, quote in rows.items():
            print(f"{sign} {key.rsplit('|', 1)[0]}: {quote}")
