"""The public pages: one of each kind, on the shipped record."""

from __future__ import annotations

PAGES = [
    "/",
    "/treaties/",
    "/treaties/inf/",
    "/treaties/inf/?as_of=2019-02-05",
    "/treaties/npt/?as_of=2003-02-01",
    "/treaties/ctbt/",
    "/treaties/inf/parties/united-states/",
    "/matrix/",
    "/claims/",
    "/changes/",
    "/parties/",
    "/parties/russia/",
    "/events/us-gives-notice-2019-02-02/",
    "/statements/",
    "/deadlines/",
    "/deadlines/inf-withdrawal-united-states-2019-02-02/",
    "/exit-clauses/",
    "/calculator/",
    "/calculator/?treaty=inf&kind=withdrawal&party=united-states&on=2019-02-02",
    "/search/?q=missile+test&kind=statement",
    "/search/?q=zzyzx",
    "/method/",
    "/about/",
    "/coverage/",
    "/alerts/subscribe/?treaty=inf",
    "/nothing-here/",
    "/statements/?kind=poem",
]


def every_page() -> list[str]:
    """Return the address of each page in each language."""
    return [*PAGES, *(f"/fr{address}" for address in PAGES)]
