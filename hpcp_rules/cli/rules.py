"""`hpcp rules …` and `hpcp explain`: the law as data, for people."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from hpcp_rules.cli.common import FINDINGS, Lang, Rules, help_text, pack_from, width
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.errors import UsageError
from hpcp_rules.report.messages import say

if TYPE_CHECKING:
    from hpcp_rules.rulespec.model import Pack, Rule

app = typer.Typer(no_args_is_help=True)
What = Annotated[str, typer.Argument(metavar="RULE|PROVISION", help=help_text("opt.what"))]


@app.command("list", help=help_text("rules.list"))
def list_rules(lang: Lang = DEFAULT_LANG, rules: Rules = None) -> None:
    from hpcp_rules.rulespec.provisions import provision_label

    pack = pack_from(rules)
    for rule in sorted(pack.rules, key=lambda r: _order(r.spec.provision)):
        spec = rule.spec
        print(
            f"{spec.id}  {say('severity.' + spec.severity, lang):<11} {provision_label(spec.provision, lang):<44}"
            f" {spec.title.in_language(lang)}"
        )
    for required in pack.required:
        print(
            f"{required.spec.id}  {say('words.contents', lang):<11} "
            f"{provision_label(required.spec.provision, lang):<44} {required.spec.title.in_language(lang)}"
        )
    _problems(pack, lang)


@app.command("show", help=help_text("rules.show"))
def show(rule: What, lang: Lang = DEFAULT_LANG, rules: Rules = None) -> None:
    pack = pack_from(rules)
    found = pack.rule(rule)
    if found is None:
        raise _unknown_rule(rule, pack)
    _show(found, lang)


@app.command("test", help=help_text("rules.test"))
def test(lang: Lang = DEFAULT_LANG, rules: Rules = None) -> None:
    from hpcp_rules.testing.examples import check_examples

    pack = pack_from(rules)
    failures = check_examples(pack)
    for failure in failures:
        print(failure)
    _problems(pack, lang)
    if failures or pack.problems:
        print(say("words.failures", lang, n=len(failures) + len(pack.problems)))
        raise typer.Exit(FINDINGS)
    print(say("words.all-hold", lang, n=len(pack.rules)))


@app.command("new", help=help_text("rules.new"))
def new(provision: Annotated[str, typer.Argument(metavar="PROVISION", help=help_text("opt.what"))] = "25.3") -> None:
    from hpcp_rules.rulespec.provisions import DOCUMENTS, parse_provision, split_provision

    cited = parse_provision(provision)
    print(_TEMPLATE.format(provision=cited, since=DOCUMENTS[split_provision(cited)[0]].in_force_from), end="")


def explain(what: What, lang: Lang = DEFAULT_LANG, rules: Rules = None) -> None:
    """Shows the rule of that name, or the provision with its summary, its text where imported, and its rules."""
    from hpcp_rules.lawtext import quote_provision
    from hpcp_rules.rulespec.provisions import (
        DOCUMENTS,
        load_provisions,
        parse_provision,
        provision_label,
        split_provision,
    )

    pack = pack_from(rules)
    found = pack.rule(what)
    if found is not None:
        _show(found, lang)
        return
    cited = parse_provision(what)
    summaries = load_provisions(pack.folder / "_provisions")
    document = DOCUMENTS[split_provision(cited)[0]]
    print(provision_label(cited, lang))
    print(
        f"{say('words.in-force', lang)} {document.in_force_from:%d/%m/%Y}."
        f" {document.vi if lang == 'vi' else document.en}. {document.source}"
    )
    nearest = cited
    while nearest not in summaries and "." in nearest:
        nearest = nearest.rsplit(".", 1)[0]
    if nearest in summaries:
        lead = "" if nearest == cited else provision_label(nearest, lang) + ": "
        _paragraph(lead + summaries[nearest].summary.in_language(lang))
    official = quote_provision(cited)
    if official:
        _paragraph(f"“{official}”")
    resting = [r for r in pack.rules if _within(r.spec.provision, cited) or any(_within(p, cited) for p in r.spec.also)]
    if nearest not in summaries and not official and not resting:
        raise UsageError(
            "unknown-provision",
            vi=f"Không có tóm tắt hay quy tắc nào về {provision_label(cited)}.",
            en=f"Nothing is known of {provision_label(cited, 'en')}.",
            remedy_vi="Xem «hpcp rules list», hoặc nạp văn bản luật: hpcp law import TỆP.",
            remedy_en="See “hpcp rules list”, or import the official text: hpcp law import FILE.",
        )
    print(say("words.rules-on", lang) + ":" if resting else say("words.no-rule", lang))
    for rule in resting:
        print(f"  {rule.id}  {rule.spec.title.in_language(lang)}")


def _show(rule: Rule, lang: str) -> None:
    from hpcp_rules.rulespec.provisions import provision_label

    spec = rule.spec
    print(f"{spec.id} {spec.name} (v{spec.version}): {spec.title.in_language(lang)}")
    also = "".join(f"; {provision_label(p, lang)}" for p in spec.also)
    _paragraph(
        f"{say('report.basis', lang)}: {provision_label(spec.provision, lang)}{also}."
        f" {say('words.in-force', lang)} {spec.in_force_from:%d/%m/%Y}."
    )
    for key, text in (
        ("report.why", spec.explanation), ("report.instead", spec.suggestion), ("words.not-covered", spec.not_covered),
    ):  # fmt: skip
        _paragraph(f"{say(key, lang)}: {text.in_language(lang)}")
    if spec.review:
        _paragraph(f"{say('words.review', lang)}: {spec.review}")
    print(f"{say('words.patterns', lang)}:")
    for pattern in spec.patterns:
        print(f"  {pattern.id}: {pattern.match}" + "".join(f"  & {a}" for a in pattern.also_needs))
    print(f"{say('words.exceptions', lang)}:")
    for exception in rule.exceptions:
        print(f"  {exception.spec.id} [{exception.spec.window}]: {exception.spec.reason.in_language(lang)}")
    for key, examples in (("words.flagged", spec.flagged), ("words.lawful", spec.lawful)):
        print(f"{say(key, lang)}:")
        for example in examples:
            _paragraph("• " + " ".join(example.text.split()), "    ")


def _paragraph(text: str, indent: str = "  ") -> None:
    print(textwrap.fill(text, min(width(), 110), initial_indent="  ", subsequent_indent=indent, break_long_words=False))


def _problems(pack: Pack, lang: str) -> None:
    for problem in pack.problems:
        print(problem.text(lang))


def _within(provision: str, cited: str) -> bool:
    return provision == cited or provision.startswith(cited + ".")


def _order(provision: str) -> tuple[str, list[tuple[int, str]]]:
    document, _, place = provision.partition(":")
    return document, [(int(p), "") if p.isdigit() else (0, p) for p in place.split(".")]


def _unknown_rule(name: str, pack: Pack) -> UsageError:
    import difflib

    names = [n for r in pack.rules for n in (r.spec.id, r.spec.name)]
    near = ", ".join(difflib.get_close_matches(name, names, 3, 0.5))
    return UsageError(
        "unknown-rule", vi=f"Không có quy tắc «{name}».", en=f"There is no rule “{name}”.",
        remedy_vi=f"Gần giống: {near}." if near else "Xem «hpcp rules list».",
        remedy_en=f"Near: {near}." if near else "See “hpcp rules list”.",
    )  # fmt: skip


_TEMPLATE = """\
# Một tệp là một quy tắc; docs/rules.md giải thích từng khóa. / One file is one rule; see docs/rules.md.
id: R0000                      # mã mới, không bao giờ dùng lại / a new id, never reused
name: ten-doc-duoc
provision: {provision}
in_force_from: {since}
severity: high                 # high, medium, low, info
confidence: 0.8
title: {{vi: Tên ngắn, en: Short name}}
message: {{vi: Một câu nói điều gì đáng ngờ, en: One sentence that says what is doubtful}}
explanation: {{vi: Vì sao, theo quy định nào, en: Why and by which provision}}
suggestion: {{vi: "[BUSINESS] … [CONSUMER] …", en: "…"}}
not_covered: {{vi: Quy tắc không bao gồm điều gì, en: What it does not cover}}
patterns:
  - {{id: mau-mot, match: "$BUSINESS .. @{{may}} .. {{change}} ... {{terms}}", actor: business}}
exceptions:
  - id: ngoai-le-mot
    match: ["(khi|nếu) .. $CONSUMER .. đồng ý"]
    window: sentence
    reason: {{vi: Có sự đồng ý., en: With consent.}}
flagged: []                    # ít nhất năm / at least five:  - {{text: "…", pattern: mau-mot}}
lawful: []                     # ít nhất năm / at least five:  - {{text: "…", exception: ngoai-le-mot}}
"""
