"""One spelling of English words, so that British, American and UN spelling find each other.

Search alone uses it, before a word is stemmed, so a result need not be a word that anyone writes: both “premise” and
“premize” become “premize”. A rule is safe as long as it does not turn a word into another one that means something
else. Rules for endings therefore ask for letters before them: “tour” stays, because “tor” would be a different word.
"""

import re

_SYLLABLES = r"^[a-z]*(?:[aeiouy][^aeiouy]+|[iu])[aeiouy]"
"""Two syllables or more, the last of them open: “trave”, but not “fi”, so that “filling” and “filing” stay apart."""

_RULES = [
    # Plurals that no stemmer knows
    (r"^childrens?$", "child"),
    (r"(^|wo|[a-z]{3})mens?$", r"\1man"),
    # Single words
    (r"^ageing", "aging"),
    (r"^practis(e|es|ed|ing|ers?)$", r"practic\1"),
    (r"^sceptic", "skeptic"),
    (r"^artefact", "artifact"),
    (r"^enquir", "inquir"),
    (r"^advisor(s?)$", r"adviser\1"),
    (r"^grey", "gray"),
    (r"^mou(ld|lt)", r"mo\1"),
    (r"^plough", "plow"),
    (r"^aluminium", "aluminum"),
    (r"^focuss(e[ds]|ing)$", r"focus\1"),
    # Anaemia, archaeology, paediatric; diarrhoea, foetus, manoeuvre
    (r"(^|[bcdfghiklnpr])ae(?!stro)([dmscov])", r"\1e\2"),
    (r"(rrh|man)oe|^oe(?=st|d|con|cum)|^(f)oe(?=t)", r"\1\2e"),
    # Labour, neighbourhood
    (
        r"([a-z]{2})our(s|ed|ing|ers?|able|ably|al|ally|ful|fully|less|hoods?|is[mt]s?|ites?|y|ly)?$",
        r"\1or\2",
    ),
    # Centre, theatres
    (r"([btv])re$", r"\1er"),
    (r"([btv])res$", r"\1ers"),
    (r"([btv])red$", r"\1ered"),
    # Catalogue, dialogues, cataloguing
    (r"([lg]og)ue(s?)$", r"\1\2"),
    (r"([lg]og)u(e[dr]|ers|ing)$", r"\1\2"),
    # Programme
    (r"gramme(s?)$", r"gram\1"),
    # Licence, defenceless
    (r"^(lic|def|off|pret)enc(e|es|ed|ing|eless)$", r"\1ens\2"),
    # Judgement, acknowledgements
    (r"dgement(s?)$", r"dgment\1"),
    # Likeable, sizeable; not manageable or agreeable
    (r"([^aceg])eabl([ey])$", r"\1abl\2"),
    # Travelling, counsellor, enrolment, skilful
    (rf"({_SYLLABLES})ll(s|ed|ings?|ers?|ors?|ments?|ations?)?$", r"\1l\2"),
    (r"([a-z])ll?ful(ly)?$", r"\1lful\2"),
    # Analyse, paralysing
    (r"lys(e|es|ed|ing|ers?)$", r"lyz\1"),
    # Organise, digitisation
    (r"([a-z]{3})is(e|es|ed|ing|ers?|ations?|ational|able)$", r"\1iz\2"),
]
_COMPILED = [(re.compile(pattern), spelling) for pattern, spelling in _RULES]


def unify(word: str) -> str:
    """Return the spelling that stands for all spellings of a folded English word: “organisation” → “organization”."""
    if not word.isascii():
        return word
    for pattern, spelling in _COMPILED:
        word = pattern.sub(spelling, word)
    return word
