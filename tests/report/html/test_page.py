"""The page: complete, in order, reachable by links, and safe whatever the contract holds."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Parser

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError, Where
from hpcp_rules.readers import read_file, read_text
from hpcp_rules.report.html import PageView, environment, page_view, render_page, words
from hpcp_rules.rulespec.pack import Pack
from hpcp_rules.rulespec.provisions import load_provisions, provision_label
from tests.conftest import ROOT

HOSTILE = (
    "HỢP ĐỒNG <script>alert(1)</script> DỊCH VỤ\n"
    'BÊN A: CÔNG TY <img src="http://evil.example/x.png" onerror=alert(1)>\nBÊN B: KHÁCH HÀNG\n'
    "Điều 1. {{ 7*7 }} </style><style>*{display:none}</style> ]]> <!-- \n"
    "Bên A được quyền thay đổi giá </mark></section><a href='javascript:a()'>bất cứ lúc nào</a> mà không báo trước.\n"
)


def view_of(path: Path | str, pack: Pack, lang: str = "vi", **more: object) -> PageView:
    checker = Checker(pack)
    source = read_text(path) if isinstance(path, str) else read_file(path)
    return page_view(
        checker.check(source), source, document=checker.structure(source), lang=lang,
        provisions=load_provisions(pack.folder / "_provisions"), **more,
    )  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture(scope="module", params=["telecom.pdf", "apartment.docx", "online-shop.html"])
def view(request: pytest.FixtureRequest, pack: Pack) -> PageView:
    return view_of(ROOT / "examples" / request.param, pack)


def test_each_finding_says_what_where_why_which_provision_since_when_how_sure_and_what_instead(view: PageView) -> None:
    page = Parser(render_page(view))
    cards = page.css("article.card")
    assert len(cards) == len(view.findings) > 4
    for card, f in zip(cards, view.findings, strict=True):
        text = " ".join(card.text().split())
        said = (f.title, f.place, f.why, f.provision.label, f.provision.since, f.provision.summary, f.sure, f.instead)
        for part in said:
            assert part
            assert " ".join(part.split()) in text
        assert " ".join("".join(t for t, _ in f.quote).split()) in text
        assert card.css("blockquote strong.evidence")


def test_the_contract_is_whole_and_each_finding_is_marked_in_it(view: PageView) -> None:
    page = Parser(render_page(view))
    for f in view.findings:
        marked = [m for m in page.css("mark") if f.key in (m.attributes["data-over"] or "").split()]
        quote = "".join(t for t, _ in f.quote)
        assert "".join("".join(m.text() for m in marked).split()) == "".join(quote.split())
        assert page.css_first(f"a#q-{f.key}").attributes["href"] == f"#f-{f.key}"
    blocks = page.css("#contract .block")
    assert len(blocks) == len(view.paragraphs)


def test_every_link_has_a_target_and_every_id_is_single(view: PageView) -> None:
    page = Parser(render_page(view))
    ids = [n.attributes["id"] for n in page.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = {a.attributes["href"] for a in page.css("a[href]")}
    assert {t.removeprefix("#") for t in targets if t} <= set(ids)


def test_not_checked_parts_stand_before_the_findings(pack: Pack) -> None:
    source = read_text("A page in English.\n" * 5)
    page = render_page(page_view(Checker(pack).check(source), source))
    assert 0 < page.index('class="alert"') < page.index('id="findings"')


def test_a_file_that_cannot_be_read_still_makes_a_page(pack: Pack) -> None:
    error = ReadError("damaged", vi="Tệp hỏng.", en="Damaged.", where=Where("<b>x.pdf"))
    page = render_page(page_view(Checker(pack).failed("<b>x.pdf", error), None))
    assert "&lt;b&gt;x.pdf: Tệp hỏng." in page
    assert 'id="contract"' not in page
    assert "✓</span>" not in page, "nothing of an unread file is in order"


def test_hostile_text_is_shown_and_never_run(pack: Pack) -> None:
    html = render_page(view_of(HOSTILE, pack))
    page = Parser(html)
    assert len(page.css("script")) == 1
    assert len(page.css("style")) == 1
    assert not page.css("img, iframe, object, embed, link, base")
    assert all((a.attributes["href"] or "").startswith("#") for a in page.css("a"))
    assert not [n for n in page.css("*") if any(k.startswith("on") or k in ("src", "style") for k in n.attributes)]
    shown = page.css_first("#contract").text()
    assert "<script>alert(1)</script>" in shown
    assert "{{ 7*7 }}" in shown
    assert page.css("mark"), "the finding in the hostile sentence is marked"


def test_the_policy_allows_the_page_its_own_style_and_script_only(view: PageView) -> None:
    html = render_page(view)
    policy = Parser(html).css_first('meta[http-equiv="Content-Security-Policy"]').attributes["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert inline
        digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "http:" not in html.replace("http://www.w3.org", "")
    assert "url(" not in html


def test_checklist_and_versions_are_there(view: PageView, pack: Pack) -> None:
    text = " ".join(Parser(render_page(view)).body.text().split())
    for item in range(1, 16):
        assert provision_label(f"law19:25.{item}") in text
    assert pack.version in text
    assert "01/07/2024" in text
    assert text.count("không phải kết luận vi phạm") >= 2


def test_english_page_speaks_english(pack: Pack) -> None:
    page = Parser(render_page(view_of(ROOT / "examples" / "telecom.txt", pack, "en")))
    assert page.css_first("html").attributes["lang"] == "en"
    for part in page.css("h1, h2, h3:not(.block), dt, label, legend, th, .tag, .notice, .key, button, summary"):
        assert not re.search("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơư]", part.text()), part.text()


def test_decisions_of_people_are_shown_and_can_be_filtered(pack: Pack) -> None:
    first = view_of(ROOT / "examples" / "telecom.txt", pack)
    view = view_of(ROOT / "examples" / "telecom.txt", pack, states={first.findings[0].id: "accepted"})
    page = Parser(render_page(view))
    card = page.css_first("article.card")
    assert card.attributes["data-state"] == "accepted"
    assert "đã chấp nhận" in card.text()
    assert {i.attributes["value"] for i in page.css("input[name=state]")} == {"open", "accepted"}


def test_fragments_can_be_used_alone(pack: Pack) -> None:
    view = view_of(ROOT / "examples" / "telecom.txt", pack)
    parts = environment().get_template("parts.html.j2").module
    card = parts.finding_card(view.findings[0], words("vi"), in_text=False)  # type: ignore[attr-defined]
    assert view.findings[0].title in card
    assert "#q-" not in card
    assert "<mark" in parts.contract(view, words("vi"))  # type: ignore[attr-defined]
    assert "<li" in parts.checklist(view, words("vi"))  # type: ignore[attr-defined]
