"""Fields with options that are functions of ours, such as a default or the name a file is stored under."""

from django.db import models


class RuntimeOptions(models.Field):
    """Present the field to migrations as Django's own, without its options that are functions.

    Those matter only when the application runs. A migration that named one would import it, and would break or
    change its meaning once the function is moved or rewritten.
    """

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        kept = {option: value for option, value in options.items() if not callable(value)}
        return name, f"django.db.models.{self.get_internal_type()}", args, kept


class RuntimeCharField(RuntimeOptions, models.CharField):
    pass


class RuntimeDateTimeField(RuntimeOptions, models.DateTimeField):
    pass


class RuntimeFileField(RuntimeOptions, models.FileField):
    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, {"upload_to": "", **options}  # a plain FileField always states it
