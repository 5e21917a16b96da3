"""Tell reasons not to accept a translation from those for practices, and add some that are often given."""

from django.db import migrations, models

REASONS = {
    "Says something else than the original": (
        "Some sentences say something else than the original, or leave out what readers need. You can correct them "
        "and send the translation again."
    ),
    "Hard to understand": (
        "Somebody who reads only this language could not follow the text. You can revise it and send it again."
    ),
    "Machine translation that nobody has checked": (
        "It reads like the text of a machine that nobody has corrected. We publish a machine translation only after "
        "a person has checked every sentence."
    ),
    "Adds to the original": (
        "It says more than the original does. To change what a practice says, please choose “Suggest changes” on "
        "its page."
    ),
    "Already translated": (
        "The practice has a translation into this language already, and we keep that one. If something in it is "
        "wrong, you can correct it from the page of the practice."
    ),
}
FIRST = 100
"""Position of the first, after the reasons for practices."""


def add_reasons(apps, schema_editor):
    reasons = apps.get_model("practices", "RejectionReason").objects
    for position, (title, text) in enumerate(REASONS.items(), FIRST):
        reasons.get_or_create(
            title=title, defaults={"text": text, "position": position, "for_translations": True}
        )


def remove_reasons(apps, schema_editor):
    """Delete the reasons that nobody has changed."""
    reasons = apps.get_model("practices", "RejectionReason").objects
    for position, (title, text) in enumerate(REASONS.items(), FIRST):
        reasons.filter(title=title, text=text, position=position).delete()


class Migration(migrations.Migration):
    dependencies = [("practices", "0065_questions")]

    operations = [
        migrations.AddField(
            "rejectionreason",
            "for_translations",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Offered for translations of practices, and not for practices.",
                verbose_name="for translations",
            ),
        ),
        migrations.RunPython(add_reasons, remove_reasons),
    ]
