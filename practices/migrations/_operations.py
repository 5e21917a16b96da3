"""Operations that only migrations use. Frozen with the migrations that use them."""

from django.db import migrations


class StateOnly(migrations.SeparateDatabaseAndState):
    """Apply operations to Django's state only, and render its models once afterwards.

    Django renders the related models anew after each operation, which takes seconds for dozens of fields.
    """

    def __init__(self, operations):
        super().__init__(state_operations=operations)

    def deconstruct(self):
        return (self.__class__.__qualname__, [self.state_operations], {})

    def state_forwards(self, app_label, state):
        if "apps" in vars(state):
            del state.apps
        super().state_forwards(app_label, state)
