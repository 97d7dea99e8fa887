"""How well articles are read: of what a careful reader finds, how much; of what is proposed, how much is right.

The articles are ours and every person in them is invented, so that no rule can know an answer beforehand.
"""

from __future__ import annotations

import pytest

from tests.events.intake.conftest import ARTICLES, expected, text_of

NAMES = sorted(path.stem for path in ARTICLES.glob("*.yaml"))
PRECISION, RECALL = 0.9, 0.8


def fits(proposal, wanted):
    told = proposal.as_json()
    if wanted["says"] not in f"{told['quote'] or ''} {' '.join(told['passage'].split())}":
        return False
    names = [("speaker", "speaker"), ("party", "party"), ("kind", "kind"), ("stance", "stance"), ("date", "date")]
    if any(wanted[name] != told[key] for name, key in names if name in wanted):
        return False
    return "target" not in wanted or wanted["target"] in (told["target"] or "")


@pytest.fixture(params=NAMES)
def case(request, read):
    return request.param, read(request.param), expected(request.param)["found"]


def test_most_of_what_is_said_is_found(case):
    _, found, wanted = case
    missed = [one["says"] for one in wanted if not any(fits(proposal, one) for proposal in found)]
    assert len(missed) <= (1 - RECALL) * len(wanted), missed


def test_what_is_proposed_is_right(case):
    _, found, wanted = case
    wrong = [proposal.as_json() for proposal in found if not any(fits(proposal, one) for one in wanted)]
    assert len(wrong) <= (1 - PRECISION) * len(found) + 1e-9, wrong


def test_quotations_and_passages_stand_in_the_article_to_the_letter(case):
    name, found, _ = case
    text = text_of(name)
    assert found
    for one in found:
        assert one.quote in text
        assert text[one.start : one.start + len(one.passage)] == one.passage
