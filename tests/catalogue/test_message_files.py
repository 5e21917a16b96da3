"""Message files are gathered, checked and compiled without GNU gettext; texts that are not marked are found."""

import gettext
import importlib.util
import subprocess
import sys

import pytest
from django.conf import settings

from practices.core.message_files import compile_messages

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
SOURCES = {
    "practices/code.py": (
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        '_("Saved by %(name)s.")\n'
        '_("  indented")\n'
        'pgettext("verb", "Search")\n'
        'ngettext("one practice", "%(count)s practices", 3)\n'
    ),
    "templates/page.html": (
        "  <p>\n"
        '    {% translate "Read <b>more</b>" %}\n'
        "      {% blocktranslate trimmed count counter=n %}\n        {{ counter }} result\n"
        "      {% plural %}\n        {{ counter }} results\n      {% endblocktranslate %}\n"
        "  </p>\n"
    ),
}
TRANSLATED = {
    "Saved by %(name)s.": "Enregistré par %(name)s.",
    "  indented": "  en retrait",
    "Search": "Rechercher",
    "one practice": ["une pratique", "%(count)s pratiques", "%(count)s pratiques"],
    "Read <b>more</b>": "Lire <b>plus</b>",
    "%(counter)s result": ["%(counter)s résultat", "%(counter)s résultats", "%(counter)s résultats"],
}


def script(name):
    """Return a script of .ci as a module."""
    spec = importlib.util.spec_from_file_location(name, settings.BASE_DIR / f".ci/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def messages(tmp_path, monkeypatch):
    """The script, on a small catalogue with a French message file that is empty."""
    module = script("messages")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name, text in {**SOURCES, "locale/fr/LC_MESSAGES/django.po": HEADER}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return module


@pytest.fixture
def file(messages):
    return messages.files()["fr"]


def fill_in(messages, file, **changed):
    """Write the file with all translations, those in `changed` instead of the right ones."""
    catalogue = messages.gathered("fr")
    for message in catalogue:
        if message.id:
            key = messages._first(message.id)
            message.string = changed.get(key.split()[0], TRANSLATED[key])
    file.write_bytes(messages.written(catalogue))


def test_messages_of_code_and_templates_are_gathered(messages):
    found = {(message.id, message.context) for message in messages.gathered("fr") if message.id}

    assert found == {
        ("Saved by %(name)s.", None),
        ("  indented", None),
        ("Search", "verb"),
        (("one practice", "%(count)s practices"), None),
        ("Read <b>more</b>", None),
        (("%(counter)s result", "%(counter)s results"), None),
    }


def test_file_is_written_the_same_again_and_keeps_translations(messages, file):
    fill_in(messages, file)
    once = file.read_bytes()

    messages.write()

    assert file.read_bytes() == once
    assert b"Enregistr\xc3\xa9" in once
    assert b"POT-Creation-Date" not in once
    assert b"#: practices/code.py\n" in once


def test_file_has_the_plural_forms_of_django(messages, file):
    messages.write()

    assert f"Plural-Forms: {messages.plural_forms_of_django('fr')}" in file.read_text()


def test_complete_file_has_no_fault(messages, file):
    fill_in(messages, file)

    assert messages.check() == 0


def faults(messages, file):
    return [fault.partition(":")[0] for fault in messages.faults_of("fr", file)]


def test_missing_messages_are_found(messages, file):
    fill_in(messages, file)
    messages._extracted_from_all.cache_clear()
    (file.parents[3] / "practices/more.py").write_text('_("New")\n')

    assert faults(messages, file) == [
        "it is not as “make messages” writes it",
        "not translated",
    ]


def test_unused_messages_are_found(messages, file):
    fill_in(messages, file)
    file.write_text(file.read_text() + '\nmsgid "Gone"\nmsgstr "Parti"\n')

    assert faults(messages, file) == ["it is not as “make messages” writes it"]


def test_fuzzy_messages_are_found(messages, file):
    fill_in(messages, file)
    file.write_text(file.read_text().replace('msgid "Read', '#, fuzzy\nmsgid "Read'))

    assert faults(messages, file) == ["fuzzy"]


@pytest.mark.parametrize(
    "changed",
    [
        {"Saved": "Enregistré par %(nom)s."},
        {"Saved": "Enregistré."},
        {"Saved": "Enregistré : %(name)s."},
        {"Saved": "Enregistré par « %(name)s »."},
        {"Saved": "Enregistré par %(name)."},
        {"indented": "en retrait"},
        {"one": ["une pratique", "%(count)s pratiques", ""]},
        {"one": ["une pratique", "%(number)s pratiques", "%(count)s pratiques"]},
        {"Read": "Lire <b>plus"},
        {"Read": "Lire  <b>plus</b>"},
    ],
    ids=str,
)
def test_broken_messages_are_found(messages, file, changed):
    fill_in(messages, file, **changed)

    assert messages.check() == 1


def test_file_that_cannot_be_read_is_found(messages, file):
    file.write_text(HEADER + "\nnonsense\n")

    assert faults(messages, file) == ["it cannot be read"]


def test_messages_are_compiled_when_they_have_changed(messages, file):
    fill_in(messages, file)
    folder = file.parents[2]

    assert compile_messages([folder]) == [file]
    assert compile_messages([folder]) == []
    with file.with_suffix(".mo").open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)
    assert translations.gettext("Read <b>more</b>") == "Lire <b>plus</b>"
    assert translations.ngettext("one practice", "%(count)s practices", 5) == "%(count)s pratiques"


UNMARKED = {
    "text.html": "<p>Welcome {{ name }}</p>",
    "attribute.html": '<img src="x" alt="A map">',
    "glued.html": "{{ count }}s",
    "meta.html": '<meta name="description" content="About us">',
    "argument.html": '{% include "x.html" with title="All practices" %}',
    "default.html": '{{ name|default:"Nobody" }}',
    "mail.txt": "{{ name }} wrote",
    "label.py": 'forms.CharField(label="Your name")',
    "help.py": 'models.TextField(help_text="As it is written")',
    "error.py": 'raise ValidationError("Not so", code="invalid")',
    "added.py": 'form.add_error(None, "Not so")',
    "message.py": 'messages.success(request, f"Saved {name}")',
    "description.py": 'shown.short_description = "State"',
}
FINE = {
    "marked.html": '<p>{% translate "Welcome" %} {% blocktranslate %}{{ name }} wrote{% endblocktranslate %}</p>',
    "comment.html": "{# A comment #}{% comment %}Another{% endcomment %}<!-- one more -->",
    "data.html": "<bdi>Ana Reyes</bdi><code>manage.py</code><p lang='fr'>Bonjour</p><script>run()</script>",
    "abbreviations.html": "<p>{{ size }} MB</p>",
    "codes.html": '{% block section %}browse{% endblock %}<p class="some-words">',
    "parameters.html": '{% include "x.html" with look="wide" %}',
    "literal.html": '{{ name|default:_("Nobody") }}',
    "marked.py": 'forms.CharField(label=_("Your name"))',
    "log.py": 'logger.error(1, "Something failed")',
}


@pytest.mark.parametrize("name", UNMARKED)
def test_text_that_is_not_marked_is_found(tmp_path, name):
    (tmp_path / name).write_text(UNMARKED[name])

    assert script("unmarked").main([tmp_path]) == 1


@pytest.mark.parametrize("name", FINE)
def test_text_that_is_marked_or_no_text_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text(FINE[name])

    assert script("unmarked").main([tmp_path]) == 0


def test_set_up_compiles_what_is_in_the_folder_that_it_is_given(messages, file):
    fill_in(messages, file)

    subprocess.run(
        [sys.executable, "-m", "practices.core.message_files", file.parents[2]],
        check=True,
        cwd=settings.BASE_DIR,
    )

    assert file.with_suffix(".mo").exists()
