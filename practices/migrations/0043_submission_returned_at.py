"""Record when a submission last came back to the moderators, which its wait is counted from."""

from django.db import migrations, models


def find_returns(apps, schema_editor):
    """Set the instants of submissions that are open: of the last resubmission, or of an answer since."""
    Submission = apps.get_model("practices", "Submission")
    rows = Submission.objects.filter(state__in=["submitted", "in_review", "changes_requested"])
    for submission in rows.only("pk").iterator():
        resent = (
            submission.events.filter(from_state="changes_requested", to_state="submitted")
            .order_by("pk")
            .last()
        )
        asked = submission.thread.filter(from_staff=True).order_by("pk").last()
        answers = (
            submission.thread.filter(from_staff=False, pk__gt=asked.pk) if asked else submission.thread.none()
        )
        answer = answers.order_by("pk").first()
        instants = [found.at for found in (resent, answer) if found]
        if instants:
            Submission.objects.filter(pk=submission.pk).update(returned_at=max(instants))


class Migration(migrations.Migration):
    dependencies = [("practices", "0042_staffprofile_answers_by_default")]

    operations = [
        migrations.AddField(
            "submission",
            "returned_at",
            models.DateTimeField(
                "returned",
                blank=True,
                null=True,
                help_text="When its submitter last sent it again or answered a question of the moderators.",
            ),
        ),
        migrations.AlterField(
            "moderationevent",
            "act",
            models.CharField(
                "type",
                choices=[
                    ("step", "step"),
                    ("assigned", "assigned"),
                    ("proposed", "proposed by a moderator"),
                    ("approved", "approved"),
                    ("conflict", "conflict of interest declared"),
                    ("corrected", "corrected"),
                    ("rebased", "updated to the latest revision"),
                    ("merged", "merged"),
                    ("spam_confirmed", "confirmed as spam"),
                    ("undone", "undone"),
                    ("undo", "undo of the last step"),
                ],
                db_default="step",
                default="step",
                max_length=20,
            ),
        ),
        migrations.RunPython(find_returns, migrations.RunPython.noop, elidable=True),
    ]
