"""Tell for what a reason not to accept is offered, and add those often given for translations and uses elsewhere."""

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
OF_USES = {
    "Too little about the use": (
        "Others could not tell from it what was changed and what the results were. You can add that and send the report "
        "again."
    ),
    "Not a use of this practice": (
        "It does not say what was taken from this practice. If it is a practice of your own, we would be glad to read "
        "it: please submit it."
    ),
    "Reported before": (
        "This use has been reported already, and the report is on the page of the practice. If something in it is wrong, "
        "please write to us."
    ),
    "A report that advertises": (
        "It promotes a product, a service or a person rather than telling what others could learn from."
    ),
    "A report that could harm people": (
        "It names people who could be put at risk by it, or speaks of them in a way we do not publish."
    ),
}
REASONS |= OF_USES
FIRST = 100
"""Position of the first, after the reasons for practices."""


def add_reasons(apps, schema_editor):
    reasons = apps.get_model("practices", "RejectionReason").objects
    for position, (title, text) in enumerate(REASONS.items(), FIRST):
        about = "use" if title in OF_USES else "translation"
        reasons.get_or_create(title=title, defaults={"text": text, "position": position, "about": about})


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
            "about",
            models.CharField(
                choices=[
                    ("practice", "practices"),
                    ("translation", "translations"),
                    ("use", "reports of use elsewhere"),
                ],
                db_default="practice",
                default="practice",
                help_text="What it is offered for.",
                max_length=20,
                verbose_name="about",
            ),
        ),
        migrations.RunPython(add_reasons, remove_reasons),
    ]
