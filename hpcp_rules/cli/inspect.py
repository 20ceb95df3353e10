"""`hpcp text` and `hpcp outline`: what the checker sees."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hpcp_rules.cli.common import CLEAN, INCOMPLETE, Lang, Ocr, Rules, Tracked, help_text, pack_from, reading
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.report.messages import say

File = Annotated[Path, typer.Argument(metavar="FILE", help=help_text("opt.file"))]


def text(file: File, lang: Lang = DEFAULT_LANG, ocr: Ocr = "auto", tracked: Tracked = "accepted") -> None:
    from hpcp_rules.readers import read_file

    source = read_file(file, options=reading(ocr, tracked))
    sys.stdout.write(source.text if source.text.endswith("\n") else source.text + "\n")
    for part in source.not_checked:
        print(f"{part.part.in_language(lang)}: {part.reason.in_language(lang)}", file=sys.stderr)
    raise typer.Exit(INCOMPLETE if source.not_checked else CLEAN)


def outline(file: File, lang: Lang = DEFAULT_LANG, ocr: Ocr = "auto", tracked: Tracked = "accepted") -> None:
    from hpcp_rules.readers import read_file
    from hpcp_rules.structure import build

    document = build(read_file(file, options=reading(ocr, tracked)))
    print(f"{say('report.kind', lang)}: {say('kind.' + document.kind, lang)} ({document.kind_confidence:.0%})")
    for party in document.parties:
        role = "third" if party.role == "third" else party.role
        print(f"{say('report.' + role, lang)}: {', '.join(party.names)} ({party.confidence:.0%})")
    print(f"{say('words.outline', lang)}:")
    source = document.source.text
    for node in document.nodes[1:]:
        depth, up = 0, node.parent
        while up > 0:
            depth, up = depth + 1, document.nodes[up].parent
        title = " ".join((node.title or source[node.start : node.own_end]).split())
        name = node.label or "•"
        if title.lower().startswith(node.label.lower()) and node.label:
            name = ""
        print(
            f"{'  ' * depth}{name}{' ' if name else ''}{title[:90]}{'…' if len(title) > 90 else ''}"
            f"  [{node.start}-{node.end}]"
        )
    if document.source.not_checked:
        for part in document.source.not_checked:
            print(f"{part.part.in_language(lang)}: {part.reason.in_language(lang)}", file=sys.stderr)
        raise typer.Exit(INCOMPLETE)


def candidates(
    file: File, lang: Lang = DEFAULT_LANG, ocr: Ocr = "auto", tracked: Tracked = "accepted", rules: Rules = None
) -> None:
    from hpcp_rules.api import Checker
    from hpcp_rules.engine.candidates import find_candidates
    from hpcp_rules.readers import read_file

    checker = Checker(pack_from(rules))
    source = read_file(file, options=reading(ocr, tracked))
    found = find_candidates(checker.pack, checker.structure(source), checker.check(source))
    for number, candidate in enumerate(found, 1):
        print(f"{number}. {' '.join(candidate.quote.split())}")
        print(
            f"   {say('words.triggers', lang)}: {', '.join(candidate.triggers)};"
            f" {say('words.verbs', lang)}: {', '.join(candidate.verbs)}"
        )
    print(say("words.candidates", lang, n=len(found)))
    raise typer.Exit(INCOMPLETE if source.not_checked else CLEAN)
