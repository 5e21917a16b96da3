"""Signs of spam: each has a weight, and a reason that moderators read.

What a submission scores sorts it into the queue or among possible spam. Moderators decide on both.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from practices.choices import State
from practices.core.filler import is_filler
from practices.core.titles import folded
from practices.documents import LONG_TEXTS, Document, complete
from practices.models import Submission, Submitter

LINKS = re.compile(r"(?:https?://|www\.|\[url|<a\s)\S*|(?<=\]\()[^\s)]+", re.IGNORECASE)
"""Web addresses, and targets of links in HTML, BBCode and Markdown, such as `[text](//shop)`."""
TEXTS = ["title", "summary", *(name for name in LONG_TEXTS if name != "resources")]
"""Texts, without the field that is meant for links."""
FEWEST_LINKS = 2
CHARACTERS_PER_LINK = 60
"""A text with fewer characters beside each of its links is there for the links. About ten words."""
ADVERTS = re.compile(
    r"\b(?:viagra|cialis|casinos?|sportsbook|backlinks?|dofollow|guest posts?|payday loans?|weight[- ]loss|forex signals?"
    r"|free trial|buy (?:now|online|cheap)|order now|click here|best prices?|cheap(?:est)? (?:pills?|flights?|prices?)"
    r"|limited(?:[- ]time)? offer|100% (?:free|guaranteed)|make money|discount codes?|promo codes?"
    r"|seo (?:services?|agency|experts?)|essay writing services?|buy followers"
    r"|казино|ставки на спорт|виагра|préstamos rápidos|créditos? rápidos?|paris sportifs?|كازينو|شراء متابعين)\b"
    r"|赌场|賭場|博彩|娱乐城|代写论文",
    re.IGNORECASE,
)
"""Phrases of advertising that practices do not need. One alone says little: some practices warn of casinos."""
MANY_ADVERTS = 4
"""Different phrases from which on a text is an advert. Advice on debts and gambling may need three."""
_SIGNS_FOR_LETTERS = "01345@$!|"
_AS_LETTERS = [str.maketrans(_SIGNS_FOR_LETTERS, f"o{one}eas" + f"as{one}{one}") for one in "il"]
"""Signs that stand for the letters they look like, as in “v1agra”: 1 may be an I or an L."""
_WORD_WITH_SIGNS = re.compile(
    rf"(?<!\w)(?=[{_SIGNS_FOR_LETTERS}]*[^\W\d_])[\w@$!|]*[{_SIGNS_FOR_LETTERS}][\w@$!|]*"
)
_SPACED_OUT = re.compile(r"(?<!\w)[^\W\d_](?P<by>[\s.*_-])(?:[^\W\d_](?P=by)){3,}[^\W\d_](?!\w)")
"""A word letter by letter: “c.a.s.i.n.o”."""
CONTACTS = re.compile(
    r"(?P<address>[\w.+-]{1,64}@[\w-]+\.[\w.-]{2,60})"
    r"|(?P<domain>\b(?:[a-z0-9-]{1,60}\.){1,3}(?:com|net|org|info|biz|shop|store|online|site|xyz|top|io)\b)"
    r"|(?P<number>\+?\d[\d ().-]{7,18}\d)",
    re.IGNORECASE,
)
"""E-mail addresses, web addresses without https:// and what may be a phone number."""
_BEFORE_HOST = re.compile(r"^(?:(?:https?:)?//)?(?:www\.)?", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_MIXED = re.compile(r"\b(?=\w*[a-zA-Z])(?=\w*[\u0400-\u04ff])\w+")
_LOOK_ALIKE = (
    "асеіјорѕухԁһӏАВСЕНІЈКМОРЅТХУ",
    "aceijopsyxdhlABCEHIJKMOPSTXY",
)
"""Cyrillic letters, and below them the Latin ones that look the same."""
_AS_LATIN, _AS_CYRILLIC = str.maketrans(*_LOOK_ALIKE), str.maketrans(*reversed(_LOOK_ALIKE))
PHONE_DIGITS = range(9, 16)
"""Digits of a phone number with its area; ITU-T E.164 allows 15. Fewer may be two years, such as 2019-2023."""
RECENT = timedelta(days=30)
MOST_COMPARED = 500
"""Recent submissions whose summaries are compared."""
SAME_TEXT = 90
"""Percent, `rapidfuzz.fuzz.ratio`, from which on two summaries are the same text."""
LONG_ENOUGH = 40
"""Characters from which on a text that stands in several fields is no short answer such as “None”."""


@dataclass(frozen=True)
class Sign:
    """A sign of spam."""

    name: str
    weight: int
    reason: Any
    """A sentence for moderators."""
    holds: Callable[[Submission, datetime], bool]


def _has_link_in_title(submission: Submission, now: datetime) -> bool:
    """Return whether there is a link in the title, unless it leads to the one site that is a sign by itself.

    A short text that names the practice's own website in the title and below says one thing, and not two.
    """
    if not LINKS.search(unicodedata.normalize("NFKC", submission.document["title"])):
        return False
    return not _is_mostly_links(submission, now) or len(_sites(submission.document)) > 1


def _is_mostly_links(submission: Submission, now: datetime) -> bool:
    """Return whether little is said beside the links. Links to one site count once if the rest says anything at all."""
    links, rest = _links(submission.document)
    said = len(CONTACTS.sub("", rest).strip())
    return len(links) >= FEWEST_LINKS and said < len(_sites(submission.document)) * CHARACTERS_PER_LINK


def _links(document: Document) -> tuple[list[str], str]:
    """Return the links and web addresses in the texts of a document, and the texts without the links."""
    text = " ".join(_texts(document))
    links, rest = LINKS.findall(text), LINKS.sub("", text)
    return links + [found["domain"] for found in CONTACTS.finditer(rest) if found["domain"]], rest


def _sites(document: Document) -> set[str]:
    links, _rest = _links(document)
    return {_site(link) for link in links}


def _site(link: str) -> str:
    """Return the host of a link, or the whole of what only looks like the beginning of one."""
    return _BEFORE_HOST.sub("", link.casefold()).partition("/")[0].rstrip(".,;:)") or link


def _advertises(submission: Submission, now: datetime) -> bool:
    return _has_advert(submission.document)


def _has_advert(document: Document) -> bool:
    return any(ADVERTS.search(text) for text in _texts(document))


def _hides_adverts(submission: Submission, now: datetime) -> bool:
    """Return whether a phrase of advertising is written in a way that only a program would read as something else."""
    for text in _texts(submission.document):
        said = CONTACTS.sub(" ", LINKS.sub(" ", text))
        words = [
            found[0].translate(table) for found in _WORD_WITH_SIGNS.finditer(said) for table in _AS_LETTERS
        ]
        words += [re.sub(r"[\W_]", "", found[0]) for found in _SPACED_OUT.finditer(said)]
        if any(map(ADVERTS.fullmatch, words)):
            return True
    return False


def _is_advert(submission: Submission, now: datetime) -> bool:
    texts = _texts(submission.document)
    phrases = {found[0].casefold().rstrip("s") for text in texts for found in ADVERTS.finditer(text)}
    return len(phrases) >= MANY_ADVERTS


def _texts(document: Document) -> list[str]:
    """Return the texts of a document with wide and other variants of letters as the letters they look like."""
    return [_in_one_alphabet(unicodedata.normalize("NFKC", document[name])) for name in TEXTS]


def _in_one_alphabet(text: str) -> str:
    """Return a text whose words that mix Latin and Cyrillic letters, to hide what they say, are in one of the two."""
    return _MIXED.sub(lambda found: _unmixed(found[0]), text)


def _unmixed(word: str) -> str:
    """Return a word in Latin letters if all others look like such, else in Cyrillic ones as far as they look alike."""
    latin = word.translate(_AS_LATIN)
    return word.translate(_AS_CYRILLIC) if _CYRILLIC.search(latin) else latin


def _has_filler_as_summary(submission: Submission, now: datetime) -> bool:
    return is_filler(submission.document["summary"])


def _has_other_filler(submission: Submission, now: datetime) -> bool:
    return any(is_filler(submission.document[name]) for name in TEXTS if name != "summary")


def _repeats_itself(submission: Submission, now: datetime) -> bool:
    document = submission.document
    texts = [folded(document[name]) for name in ("summary", *LONG_TEXTS) if len(document[name]) > LONG_ENOUGH]
    return len(texts) > len(set(texts)) + 1


def _was_sent_before(submission: Submission, now: datetime) -> bool:
    """Return whether too many recent submissions are copies of this one.

    In a workshop, many people start from one model text. So the same summary is no copy of itself: see `_is_copy`.
    """
    if submission.practice_id:  # an update naturally repeats the summary of its practice
        return False
    recent = Submission.objects.filter(created_at__gte=now - RECENT).exclude(pk=submission.pk)
    rows = recent.exclude(state=State.DRAFT).order_by("-pk")
    summaries = rows.values_list(KT("document__summary"), flat=True)
    keys = rows.values_list("pk", flat=True)[:MOST_COMPARED]
    same = [key for key, is_same in zip(keys, _are_same(submission, summaries), strict=False) if is_same]
    if len(same) < settings.SPAM_REPEATS:
        return False
    others = Submission.objects.filter(pk__in=same).select_related("submitter")
    return sum(_is_copy(submission, other) for other in others) >= settings.SPAM_REPEATS


def _is_copy(submission: Submission, other: Submission) -> bool:
    """Return whether two submissions with the same summary are one text and not two practices.

    They are if they advertise. Otherwise they are two if each names other implementing organisations, as those do who
    start from one model text with its helpline. They are one text if one address sent both, if their texts have a link
    or another way of contact in common, or if they also have the same title, place and implementing organisations.
    """
    one, two = submission.document, other.document
    if _has_advert(one):
        return True
    if one["implementers"] and two["implementers"] and one["implementers"] != two["implementers"]:
        return False
    return (
        submission.submitter.email == other.submitter.email
        or bool(_contacts(one) & _contacts(two))
        or (
            fuzz.ratio(folded(one["title"]), folded(two["title"])) >= SAME_TEXT
            and all(one[name] == two[name] for name in ("countries", "area", "implementers"))
        )
    )


def _contacts(document: Document) -> set[str]:
    """Return the links, e-mail addresses, web addresses and phone numbers in the texts of a document."""
    texts = _texts(document)
    links = {link.casefold() for text in texts for link in LINKS.findall(text)}
    return links | {_contact(found) for text in texts for found in CONTACTS.finditer(text)} - {""}


def _contact(found: re.Match[str]) -> str:
    """Return a match of CONTACTS in one spelling, or nothing if it is a number but no phone number."""
    if not found["number"]:
        return found[0].casefold()
    digits = re.sub(r"\D", "", found[0])
    return digits if len(digits) in PHONE_DIGITS and not digits.endswith("000") else ""


def _has_sent_spam(submission: Submission, now: datetime | None = None) -> bool:
    return _of_same_address(submission, Submission.objects.spam()).exists()


TRAP = Sign("trap", 10, _("A field that only programs see was filled in."), lambda submission, now: False)
"""Recorded by the form. A submission whose form was filled in by a program is possible spam, whatever it says."""
SIGNS = {
    sign.name: sign
    for sign in (
        TRAP,
        Sign("title_link", 2, _("There is a link in the title."), _has_link_in_title),
        Sign("links", 3, _("The texts are mostly links."), _is_mostly_links),
        Sign("adverts", 2, _("The text contains advertising phrases."), _advertises),
        Sign("disguised", 4, _("An advertising word is disguised, such as “c@sino”."), _hides_adverts),
        Sign("many_adverts", 2, _("The text contains many different advertising phrases."), _is_advert),
        Sign("filler", 4, _("The summary is filler, such as “test test test”."), _has_filler_as_summary),
        Sign("other_filler", 2, _("The title or another text is filler."), _has_other_filler),
        Sign("same_fields", 2, _("Several fields have the same text."), _repeats_itself),
        Sign("repeats", 4, _("The same text was sent several times in 30 days."), _was_sent_before),
        Sign("address", 2, _("This address has sent spam before."), _has_sent_spam),
    )
}
"""Name, as it is stored → the sign."""


def signs_of(submission: Submission, *, now: datetime) -> list[str]:
    """Return the names of the signs of spam in a submission that arrives now."""
    return [sign.name for sign in SIGNS.values() if sign.holds(submission, now)]


OF_A_TEXT = ("links", "adverts", "disguised", "many_adverts", "filler", "address")
"""Signs that say something of a single text, such as a question."""


def signs_of_text(text: str, *, address: str, now: datetime) -> list[str]:
    """Return the names of the signs of spam in a text from a confirmed address."""
    document = complete({"summary": text})
    submission = Submission(document=document, submitter=Submitter(email=address, verified_at=now))
    return [name for name in OF_A_TEXT if SIGNS[name].holds(submission, now)]


def spam_score(submission: Submission) -> int:
    """Return the score of a submission, from the signs that were found when it arrived."""
    return score(submission.spam_signs)


def spam_reasons(submission: Submission) -> list[str]:
    """Return a sentence for each sign that was found when a submission arrived."""
    return reasons(submission.spam_signs)


def score(signs: Iterable[str]) -> int:
    """Return the sum of the weights of these signs, by name. Unknown names weigh nothing."""
    return sum(SIGNS[name].weight for name in signs if name in SIGNS)


def reasons(signs: Iterable[str]) -> list[str]:
    """Return a sentence for each of these signs."""
    return [str(SIGNS[name].reason) for name in signs if name in SIGNS]


def is_possible_spam(submission: Submission, signs: Iterable[str]) -> bool:
    """Return whether signs add up to possible spam. An address that we know gets the benefit of the doubt."""
    scored = score(signs)
    if scored < settings.SPAM_SCORE:
        return False
    return scored >= settings.SPAM_SCORE_KNOWN_ADDRESS or not _is_known(submission)


def _is_known(submission: Submission) -> bool:
    """Return whether the address has had a practice published, or has confirmed another text and sent no spam."""
    others = _of_same_address(submission, Submission.objects.all())
    if others.filter(state=State.PUBLISHED).exists():
        return True
    if _has_sent_spam(submission):
        return False
    summaries = (
        others.exclude(state=State.DRAFT).order_by("-pk").values_list(KT("document__summary"), flat=True)
    )
    return not all(_are_same(submission, summaries))


def _of_same_address(submission: Submission, rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """Filter `rows` to other submissions from the address, once confirmed: a form that names it shows nothing."""
    address = submission.submitter.email
    same = rows.filter(submitter__email=address, submitter__verified_at__isnull=False)
    return same.exclude(pk=submission.pk)


def _are_same(submission: Submission, summaries: QuerySet[Submission, Any]) -> list[bool]:
    """Return for each of these summaries, at most MOST_COMPARED, whether the submission has the same."""
    ours = folded(submission.document["summary"])
    return [
        bool(ours) and fuzz.ratio(ours, folded(summary or "")) >= SAME_TEXT
        for summary in summaries[:MOST_COMPARED]
    ]
