"""Where to file, what the fines are and which law applies, by date, with what is open shown as open."""

from datetime import date

import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.procedure import Range, applicable_law, competence, fines
from hpcp_rules.rulespec.model import Pack

M = 1_000_000


@pytest.mark.parametrize(
    ("as_of", "provinces", "receives"),
    [
        ("2024-07-01", 1, "People's Committee"),
        ("2024-07-01", 2, "Ministry of Industry and Trade"),
        ("2025-06-30", 34, "Ministry of Industry and Trade"),
        ("2025-07-01", 1, "People's Committee"),
        ("2025-07-01", 2, "provincial People's Committee"),
        ("2027-02-28", 2, "provincial People's Committee"),
        ("2027-03-01", 2, "Ministry of Industry and Trade"),
    ],
)
def test_where_to_file(as_of: str, provinces: int, receives: str) -> None:
    (authority,) = competence(date.fromisoformat(as_of), provinces=provinces).authorities
    assert receives in authority.receives.en
    assert authority.receives.vi != authority.receives.en


def test_what_the_texts_leave_open_stays_open() -> None:
    on = date(2026, 11, 23)
    several = competence(on, provinces=2)
    assert any("Which province" in q.en for q in several.open)
    assert any("Article 14" in q.en for q in several.open)
    assert "open" in several.authorities[0].receives.en
    assert competence(on, provinces=1).open == ()
    assert competence(date(2025, 1, 1), provinces=2).open == ()
    # The delegation ends on 1 March 2027: said beforehand, and an assumption afterwards.
    assert several.basis.review is not None
    assert "1 March 2027" in several.basis.review.en
    after = competence(date(2027, 6, 1), provinces=1)
    assert after.basis.sure == "low"
    assert after.open


def test_an_unknown_reach_gives_both() -> None:
    assert [a.reach for a in competence(date(2026, 1, 1)).authorities] == ["one-province", "several-provinces"]


@pytest.mark.parametrize(
    ("as_of", "provinces", "code"), [("2024-06-30", 1, "no-data-for-date"), ("2026-01-01", 0, "bad-number")]
)
def test_competence_that_cannot_be_told(as_of: str, provinces: int, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        competence(date.fromisoformat(as_of), provinces=provinces)
    assert caught.value.code == code


# Article, provision, individual, doubled for an individual in several provinces: all from Decree 24/2025/ND-CP.
@pytest.mark.parametrize(
    ("provision", "offence", "low", "high", "doubles"),
    [
        ("law19:25.3", "nd98:49.1.b", 80, 100, True),
        ("law19:23.3.đ", "nd98:49.1.a", 80, 100, True),
        ("nd55:6.2", "nd98:48.1.b", 10, 20, True),
        ("law19:26.2", "nd98:50.1.b", 20, 30, True),
        ("nd55:7.3", "nd98:51.1", 20, 40, True),
        ("nd55:12.2", "nd98:51.2", 40, 60, True),
        ("nd55:7.1", "nd98:51.3", 60, 80, True),
        ("nd55:15.3", "nd98:52.1", 80, 100, True),
        ("law19:42.3", "nd98:54.1", 30, 50, True),
        ("law19:44.2", "nd98:55", 10, 20, False),
    ],
)
def test_ranges(provision: str, offence: str, low: int, high: int, doubles: bool) -> None:
    found = {f.id: f for f in fines(provision, date(2026, 1, 1)).fines}[offence]
    assert found.individual == Range(low=low * M, high=high * M)
    assert found.organisation == Range(low=2 * low * M, high=2 * high * M)
    assert found.basis.provisions == (offence,)
    if doubles:
        assert found.individual_doubled == Range(low=2 * low * M, high=2 * high * M)
        assert found.organisation_doubled == Range(low=4 * low * M, high=4 * high * M)
        assert found.doubled_by
    else:
        assert found.organisation_doubled is None


def test_no_range_passes_the_cap_and_stacking_is_said_to_be_a_reading() -> None:
    found = fines("law19:25.1", date(2026, 1, 1))
    assert (found.cap_individual, found.cap_organisation) == (200 * M, 400 * M)
    for provision in ("law19:25", "law19:23", "nd55:15", "law19:41", "law19:18"):
        for f in fines(provision, date(2026, 1, 1)).fines:
            for r, cap in (
                (f.individual, found.cap_individual), (f.individual_doubled, found.cap_individual),
                (f.organisation, found.cap_organisation), (f.organisation_doubled, found.cap_organisation),
            ):  # fmt: skip
                assert r is None or r.low <= r.high <= cap
    assert "no authority" in found.stacking.en
    assert "not a prediction" in found.notice.en
    assert "không phải dự đoán" in found.notice.vi


def test_a_whole_article_shows_the_offences_of_its_clauses() -> None:
    assert {f.id for f in fines("law19:23", date(2026, 1, 1)).fines} == {"nd98:48.1.a", "nd98:49.1.a"}
    assert {f.id for f in fines("nd98:51", date(2026, 1, 1)).fines} == {"nd98:51.1", "nd98:51.2", "nd98:51.3"}
    # 25.1 is not 25.13, and Article 2 covers nothing of Article 25.
    assert fines("law19:2", date(2026, 1, 1)).fines == ()


def test_where_the_data_names_no_offence_there_is_none_invented() -> None:
    assert fines("law19:24", date(2026, 1, 1)).fines == ()


def test_amounts_before_the_amendment_are_not_guessed() -> None:
    assert fines("law19:25.3", date(2025, 2, 21)).fines
    with pytest.raises(UsageError) as caught:
        fines("law19:25.3", date(2025, 2, 20))
    assert caught.value.code == "no-data-for-date"


def test_every_rule_of_article_25_has_its_range(pack: Pack) -> None:
    for rule in pack.rules:
        if rule.spec.provision.startswith("law19:25."):
            assert "nd98:49.1.b" in {f.id for f in fines(rule.spec.provision, date(2026, 1, 1)).fines}


@pytest.mark.parametrize(
    ("as_of", "concluded", "changed", "law", "provision"),
    [
        # Concluded under the Law.
        ("2026-01-01", "2024-07-01", None, "law19", None),
        ("2026-01-01", "2025-05-05", "2025-06-01", "law19", None),
        # Concluded before: the earlier law for what differs (Article 80(1)(a)) …
        ("2026-01-01", "2024-06-30", None, "law59", "law19:80.1.a"),
        ("2026-01-01", "2020-01-01", "2024-06-30", "law59", "law19:80.1.a"),
        # … but an agreement changing it since is under the new Law.
        ("2026-01-01", "2024-06-30", "2024-07-01", "law19", "law19:80.1.a"),
        # Looked at before the Law was in force.
        ("2024-06-30", "2024-06-01", None, "law59", None),
        ("2024-06-30", None, None, "law59", None),
        # Standard terms as such: in transition until 31 December 2024.
        ("2024-07-01", None, None, "law19", "law19:80.2"),
        ("2024-12-30", None, None, "law19", "law19:80.2"),
        ("2024-12-31", None, None, "law19", "law19:80.2"),
    ],
)
def test_which_law(as_of: str, concluded: str | None, changed: str | None, law: str, provision: str | None) -> None:
    found = applicable_law(
        date.fromisoformat(as_of),
        date.fromisoformat(concluded) if concluded else None,
        changed_on=date.fromisoformat(changed) if changed else None,
    )
    assert (found.law, found.provision) == (law, provision)
    assert ("59/2010" in found.name.en) is (law == "law59")
    assert found.reason.vi != found.reason.en


def test_the_time_for_bringing_terms_into_line_ends() -> None:
    before = applicable_law(date(2024, 12, 30), None).reason.en
    after = applicable_law(date(2024, 12, 31), None).reason.en
    assert "still within" in before
    assert before != after


def test_what_a_change_brings_under_the_law_is_open() -> None:
    assert applicable_law(date(2026, 1, 1), date(2024, 1, 1), changed_on=date(2025, 1, 1)).open
    assert applicable_law(date(2026, 1, 1), date(2024, 1, 1)).open == ()


@pytest.mark.parametrize(
    ("as_of", "concluded", "changed", "code"),
    [
        ("2026-01-01", "2026-01-02", None, "days-out-of-order"),
        ("2026-01-01", "2025-01-01", "2026-01-02", "days-out-of-order"),
        ("2026-01-01", "2025-01-01", "2024-12-31", "days-out-of-order"),
        ("2026-01-01", None, "2025-01-01", "no-contract"),
    ],
)
def test_days_that_make_no_sense(as_of: str, concluded: str | None, changed: str | None, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        applicable_law(
            date.fromisoformat(as_of),
            date.fromisoformat(concluded) if concluded else None,
            changed_on=date.fromisoformat(changed) if changed else None,
        )
    assert caught.value.code == code
