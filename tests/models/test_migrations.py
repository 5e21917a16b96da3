import ast
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ModelState
from django.db.migrations.writer import OperationWriter
from django.utils import timezone

from practices.apps import refuse_loss
from practices.models import Attachment, Country, Objective, OutboxMessage, RejectionReason, Submission
from tests.support.database_schema import read_rows, read_schema
from tests.support.factories import make_moderator

pytestmark = pytest.mark.own_database

DUMPS = settings.BASE_DIR / "tests" / "data"
MIGRATIONS = sorted((settings.BASE_DIR / "practices" / "migrations").glob("*.py"))
OUR_MODELS = list(apps.get_app_config("practices").get_models())

RIGHTS = {
    "view_submission",
    "change_submission",
    "view_submitter",
    "view_moderationevent",
    "view_practice",
    "add_practice",
    "change_practice",
    "view_revision",
    "view_rejectionreason",
    "add_rejectionreason",
    "change_rejectionreason",
    "delete_rejectionreason",
}
QUESTION_RIGHTS = {
    "view_question",
    "change_question",
    "view_questioncontact",
    "add_questioncontact",
    "change_questioncontact",
}
"""Rights that a later migration gives to moderators."""


def run_python(*arguments, folder, **environment):
    """Run Python with only these variables in its environment."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(folder), "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


# The history ----------------------------------------------------------------------


@pytest.mark.django_db
def test_models_have_their_migrations(capsys):
    call_command("makemigrations", check=True, dry_run=True)

    assert capsys.readouterr().out == "No changes detected\n"


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                yield "practices.migrations" if node.level == 1 else f"{'.' * node.level}{node.module or ''}"
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)) if "import" in name:
                yield from (str(getattr(argument, "value", "?")) for argument in node.args[:1])


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_migration_imports_nothing_of_ours_but_its_helpers(path):
    ours = ("practices", "catalogue", "tests", "benchmarks", ".", "?")

    imported = [name for name in imported_by(path) if name.startswith(ours)]

    assert [name for name in imported if not name.startswith("practices.migrations")] == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_migration_made_of_a_model_would_import_nothing_of_ours(model):
    state = ModelState.from_model(model)
    operation = CreateModel(state.name, list(state.fields.items()), state.options, state.bases)

    _text, imports = OperationWriter(operation).serialize()

    assert [line for line in imports if "practices" in line] == []


def values_in(something):
    """Return the values that constraints and indexes are made of, at any depth."""
    if isinstance(something, list | tuple | set):
        return [value for part in something for value in values_in(part)]
    if isinstance(something, dict):
        return values_in(list(something.values()))
    if hasattr(something, "deconstruct"):
        return values_in(something.deconstruct())
    return [something]


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_constraints_and_indexes_hold_plain_values(model):
    values = values_in([model._meta.constraints, model._meta.indexes])

    assert [value for value in values if callable(value)] == []


WITH_NEW_MEMBERS = """
import django
from django.core.management import call_command
from django.db.models import TextChoices
from practices import choices

for name in ("State", "StillTrue"):
    members = [(member.name, (member.value, member.label)) for member in getattr(choices, name)]
    setattr(choices, name, TextChoices(name, [*members, ("NEW", ("new", "new"))]))
django.setup()
call_command("makemigrations", dry_run=True)
"""


def test_new_member_changes_the_constraint(tmp_path):
    constraints = {"submission_state_is_known", "answer_has_its_instant"}

    done = run_python("-c", WITH_NEW_MEMBERS, folder=tmp_path, DJANGO_SETTINGS_MODULE="catalogue.settings")

    assert (done.returncode, done.stderr) == (0, "")
    assert {name for name in constraints if f"Create constraint {name}" in done.stdout} == constraints


# Fields with options that are functions -----------------------------------------------


@pytest.mark.parametrize(
    ("field", "plain"),
    [
        (
            Submission.token.field,
            models.CharField("private token", max_length=40, unique=True, editable=False),
        ),
        (OutboxMessage.kind.field, models.CharField("kind", max_length=40)),
        (OutboxMessage.give_up_at.field, models.DateTimeField("retried until")),
        (Attachment.file.field, models.FileField("file", max_length=200)),
    ],
    ids=["default", "choices", "default of an instant", "upload_to"],
)
def test_migrations_see_a_plain_field(field, plain):
    assert field.deconstruct()[1:] == plain.deconstruct()[1:]


def test_models_have_the_options_that_migrations_do_not_see(clock):
    first, second, message = Submission(), Submission(), OutboxMessage(kind="digest")
    name = Attachment.file.field.generate_filename(Attachment(), "report.pdf")

    assert len({first.token, first.form_key, second.token, second.form_key, ""}) == 5
    assert message.give_up_at > timezone.now()
    assert message.get_kind_display() == "daily or weekly e-mail"
    assert len(name) == len("attachments/" + first.token + "/report.pdf")


# A database of version 0.1.0 ------------------------------------------------------------


class OldDatabase:
    """A database as the 39 migrations of version 0.1.0 left it, with some rows in every table of ours."""

    def __init__(self, name, url, connect, folder, blocker):
        self.name, self.url, self.connect, self.folder, self.blocker = name, url, connect, folder, blocker

    def migrate(self):
        """Run `manage.py migrate` and return what it wrote to stderr."""
        return run_python("manage.py", "migrate", folder=self.folder, DATABASE_URL=self.url).stderr

    def read(self, reader):
        with closing(self.connect()) as database, closing(database.cursor()) as cursor:
            return reader(cursor, connection.vendor)

    def execute(self, statement):
        with closing(self.connect()) as database:
            database.execute(statement)
            database.commit()

    @contextmanager
    def in_use(self):
        """Let Django use it in this process instead of the database of the tests."""
        own, opened = connection.settings_dict["NAME"], connection.connection
        if connection.vendor == "sqlite":
            connection.connection = None  # that of a database in memory has to stay open
        else:
            connection.close()
        connection.settings_dict["NAME"] = self.name
        try:
            with self.blocker.unblock():
                yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            if connection.vendor == "sqlite":
                connection.connection = opened


@pytest.fixture(scope="module")
def copy_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """Return copy_database(name, original), which creates a database with all that the original one has, if any.

    Tests of these databases use no transaction of the test database, so that they run one after the other and share what
    the fixtures of this module have migrated.
    """
    folder = tmp_path_factory.mktemp("databases")
    if connection.vendor == "sqlite":

        def copy_file(name, original=None):
            file = folder / f"{name}.sqlite3"
            file.unlink(missing_ok=True)
            if original:
                with closing(original.connect()) as source, closing(sqlite3.connect(file)) as target:
                    source.backup(target)
            return OldDatabase(
                str(file), f"sqlite:///{file}", lambda: sqlite3.connect(file), folder, django_db_blocker
            )

        yield copy_file
        return
    own, names = connection.settings_dict["NAME"], set()
    with psycopg.connect(url_of(own), autocommit=True) as server:

        def copy_on_server(name, original=None):
            name = f"{own}_{name}"
            names.add(name)
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(
                f'CREATE DATABASE "{name}" TEMPLATE "{original.name if original else "template0"}"'
            )
            return OldDatabase(
                name, url_of(name), lambda: psycopg.connect(url_of(name)), folder, django_db_blocker
            )

        yield copy_on_server
        for name in names:
            server.execute(f'DROP DATABASE "{name}"')


@pytest.fixture(scope="module")
def untouched(copy_database):
    """Return a database of version 0.1.0, which no test changes."""
    database = copy_database("untouched")
    dump = (DUMPS / f"schema_0039.{connection.vendor}.sql").read_text()
    with closing(database.connect()) as opened:
        opened.executescript(dump) if connection.vendor == "sqlite" else opened.execute(dump)
        opened.commit()
    return database


@pytest.fixture(scope="module")
def migrated(copy_database, untouched):
    """Return the same database after `migrate`, which no test changes, and the complaints of that."""
    database = copy_database("migrated", untouched)
    return database, database.migrate()


@pytest.fixture
def old_database(copy_database, untouched):
    """Return a copy of the database of version 0.1.0."""
    return copy_database("old", untouched)


@pytest.fixture
def migrated_database(copy_database, migrated):
    """Return a copy of the database that was migrated from version 0.1.0."""
    return copy_database("new", migrated[0])


def url_of(name):
    """Return the URL of a database on the server that the tests use."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="module")
def new_schema(django_db_setup, django_db_blocker):
    """Return the schema of a new database, which is that of the tests."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        return read_schema(cursor, connection.vendor)


def kept(rows, later):
    """Filter `rows` to those among the `later` ones, which may have more columns."""
    columns = rows[0].keys() if rows else ()
    narrowed = [{column: row[column] for column in columns} for row in later]
    return [row for row in rows if row in narrowed]


RENAMED = {"filing": "indexed practice", "tally": "facet count", "word": "indexed word"}
"""Old name of a model → its verbose name now. Django renames its content type and permissions with it."""


def renamed(table, row):
    """Return a row of an old database with the new names of models."""
    if table == "django_content_type" and row["app_label"] == "practices" and row["model"] in RENAMED:
        return row | {"model": RENAMED[row["model"]].replace(" ", "")}
    if table == "auth_permission":
        action, _separator, model = row["codename"].partition("_")
        if model in RENAMED:
            name = RENAMED[model]
            return row | {"codename": f"{action}_{name.replace(' ', '')}", "name": f"Can {action} {name}"}
    return row


def test_old_database_has_rows_in_every_table_of_ours(untouched):
    rows = untouched.read(read_rows)

    assert [table for table in rows if table.startswith("practices_") and not rows[table]] == []


def test_old_database_keeps_every_row(untouched, migrated):
    database, complaints = migrated
    before, after = untouched.read(read_rows), database.read(read_rows)

    expected = {table: [renamed(table, row) for row in rows] for table, rows in before.items()}

    assert complaints == ""
    assert {table: kept(rows, after[table]) for table, rows in expected.items()} == expected


def test_latest_revisions_of_an_old_database_have_the_files_of_their_practices(untouched, migrated):
    before, after = untouched.read(read_rows), migrated[0].read(read_rows)
    latest = {row["id"]: row["revision_number"] for row in before["practices_practice"]}
    revisions = {row["id"]: row for row in after["practices_revision"]}

    recorded = [
        (revisions[row["revision_id"]]["practice_id"], row["file"], row["sha256"], row["description"])
        for row in after["practices_revisionfile"]
    ]

    attached = [
        (row["practice_id"], row["file"], row["sha256"], row["description"])
        for row in before["practices_attachment"]
        if row["practice_id"]
    ]
    assert (recorded, len(attached) > 0) == (attached, True)
    assert all(
        bool(row["files_recorded"]) == (row["number"] == latest[row["practice_id"]])
        for row in revisions.values()
    )


def test_old_database_gets_the_schema_of_a_new_one(migrated, new_schema):
    database, complaints = migrated

    assert complaints == ""
    assert database.read(read_schema) == new_schema


@pytest.mark.parametrize("newest", ["0001_initial", "0020_check_and_erasure", "0038_filings"])
def test_older_database_is_refused_with_advice(old_database, newest):
    old_database.execute(f"DELETE FROM django_migrations WHERE app = 'practices' AND name > '{newest}'")
    before = old_database.read(read_rows)

    with old_database.in_use(), pytest.raises(SystemCheckError) as refused:
        call_command("migrate", skip_checks=False, verbosity=0)

    assert str(refused.value).splitlines()[-2:] == [
        "?: (practices.E001) This database was last migrated by a version before 0.1.0.",
        "\tHINT: Run “manage.py migrate” of version 0.1.0 first, then that of this one.",
    ]
    assert old_database.read(read_rows) == before


def test_every_migration_goes_back_and_forth_while_there_is_nothing_to_lose(migrated_database, new_schema):
    with migrated_database.in_use():
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        executor = MigrationExecutor(connection)
        back = executor.migration_plan([("practices", None)])
        refuse_loss(plan=back, apps=executor.loader.project_state().apps, using="default")
        executor.migrate([("practices", None)], back)
        without = migrated_database.read(read_schema)
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes("practices"))

    assert without == {}
    assert migrated_database.read(read_schema) == new_schema


@pytest.mark.parametrize(
    "target", ["zero", "0001_catalogue", "0003_moderation", "0012_submission_begun_from"]
)
def test_going_back_is_refused_where_rows_would_be_lost(migrated_database, target):
    before, schema = migrated_database.read(read_rows), migrated_database.read(read_schema)

    with migrated_database.in_use(), pytest.raises(CommandError) as refused:
        call_command("migrate", "practices", target, skip_checks=False, verbosity=0)

    lines = str(refused.value).splitlines()
    assert lines[0].endswith("Going back past these migrations would delete data of the catalogue:")
    assert lines[-1].startswith("The previous release runs on this schema")
    assert (migrated_database.read(read_rows), migrated_database.read(read_schema)) == (before, schema)


def test_refusal_to_go_back_names_the_rows(migrated_database):
    with migrated_database.in_use(), pytest.raises(CommandError) as refused:
        call_command("migrate", "practices", "0004_subscriptions", skip_checks=False, verbosity=0)

    [line] = [line for line in str(refused.value).splitlines() if "0014_revision_files" in line]
    assert "× file of a revision" in line


# The group of moderators ----------------------------------------------------------------


@pytest.mark.django_db
def test_moderators_have_exactly_their_rights():
    group = Group.objects.get(name="Moderators")

    assert set(group.permissions.values_list("codename", flat=True)) == RIGHTS | QUESTION_RIGHTS


@pytest.mark.django_db
def test_moderator_has_the_rights_of_the_group():
    moderator = make_moderator()

    assert moderator.get_all_permissions() == {f"practices.{right}" for right in RIGHTS | QUESTION_RIGHTS}


@pytest.mark.django_db
def test_rights_are_named_as_django_names_them():
    names = Permission.objects.filter(group__name="Moderators", codename__endswith="practice")

    assert set(names.values_list("name", flat=True)) == {
        "Can view practice",
        "Can add practice",
        "Can change practice",
    }


@pytest.fixture(scope="module")
def moderators_migration(django_db_setup, django_db_blocker):
    """Return the migration that creates the group, and Django's state after it."""
    with django_db_blocker.unblock():
        loader = MigrationLoader(connection)
    node = ("practices", "0007_moderators")
    return loader.get_migration(*node), loader.project_state(node)


@pytest.fixture
def moderators(db, moderators_migration):
    """Return moderators("back") and moderators("forth"), which run that migration alone. It changes rows only."""
    migration, state = moderators_migration
    group = Group.objects.get(name="Moderators")
    group.permissions.remove(*group.permissions.filter(codename__in=QUESTION_RIGHTS))

    def run(direction):
        operations = migration.operations if direction == "forth" else reversed(migration.operations)
        for operation in operations:
            code = operation.code if direction == "forth" else operation.reverse_code
            code(state.apps, connection.schema_editor())

    return run


def test_group_goes_and_comes_with_its_migration(moderators):
    moderators("back")
    without = list(Group.objects.filter(name="Moderators"))

    moderators("forth")

    group = Group.objects.get(name="Moderators")
    assert without == []
    assert set(group.permissions.values_list("codename", flat=True)) == RIGHTS


def test_group_with_members_stays_when_its_migration_goes(moderators):
    moderator = make_moderator()

    moderators("back")
    moderators("forth")

    assert list(moderator.groups.values_list("name", flat=True)) == ["Moderators"]


def test_reasons_that_moderators_wrote_stay_when_their_migration_goes(moderators):
    RejectionReason.objects.all().delete()
    moderators("forth")
    RejectionReason.objects.filter(title="Advertising").update(text="It sells something.")

    moderators("back")
    kept = list(RejectionReason.objects.values_list("title", "text"))
    moderators("forth")

    titles = RejectionReason.objects.order_by("position").values_list("title", flat=True)
    assert kept == [("Advertising", "It sells something.")]
    assert list(titles) == [
        "Not about migration",
        "A plan, not yet a practice",
        "Too little to go by",
        "Already in the catalogue",
        "Advertising",
        "It could harm people",
    ]


# Canonical addresses -------------------------------------------------------------------


BEFORE_CANONICAL = "0009_instants_of_the_databases_clock"


@pytest.fixture(scope="module")
def emptied(copy_database, untouched):
    """Return an empty database from before addresses were canonical, which no test changes."""
    database = copy_database("emptied", untouched)
    with database.in_use():
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        MigrationExecutor(connection).migrate([("practices", BEFORE_CANONICAL)])
    return database


@pytest.fixture
def before_canonical(copy_database, emptied):
    """Use a copy of it; return its managers by model, and a function that migrates to the migration of a name."""

    def migrate(name):
        MigrationExecutor(connection).migrate([("practices", name)])

    with copy_database("before_canonical", emptied).in_use():
        loader = MigrationExecutor(connection).loader
        models_then = loader.project_state(("practices", BEFORE_CANONICAL)).apps
        yield lambda model: models_then.get_model("practices", model).objects, migrate


def test_stored_addresses_become_canonical(before_canonical):
    earlier, migrate = before_canonical
    earlier("Submitter").create(name="Anna", email="Anna@Bücher.example")
    earlier("OutboxMessage").create(
        address="anna@stra\u00dfe.de",
        give_up_at=timezone.now(),
        due_at=timezone.now(),
        created_at=timezone.now(),
    )

    migrate("0010_canonical_addresses")

    assert [one.email for one in earlier("Submitter").all()] == ["anna@xn--bcher-kva.example"]
    # The sender has encoded it in this way until now, so another domain would be somebody else's.
    assert [one.address for one in earlier("OutboxMessage").all()] == ["anna@strasse.de"]


def test_subscribers_of_one_mailbox_become_one(before_canonical):
    earlier, migrate = before_canonical
    day = timezone.now().replace(microsecond=0)
    shared = {"language": "en", "created_at": day}
    confirmed = earlier("Subscriber").create(address="anna@bücher.example", confirmed_at=day, **shared)
    pending = earlier("Subscriber").create(
        address="anna@xn--bcher-kva.example", suspended_at=day, suspended_because="complaint", **shared
    )
    other = earlier("Subscriber").create(address="bert@example.org", **shared)
    follow = earlier("Subscription").create
    rows = [
        follow(subscriber=confirmed, query="objective=1", confirmed_at=day, requested_at=day),
        follow(subscriber=confirmed, query="objective=2", confirmed_at=day, requested_at=day),
        follow(subscriber=pending, query="objective=2", requested_at=day),
        follow(subscriber=pending, query="objective=3", requested_at=day),
        follow(subscriber=other, query="objective=3", requested_at=day),
    ]
    message = earlier("OutboxMessage").create(
        address="anna@bücher.example", subscriber=pending, give_up_at=day, due_at=day, created_at=day
    )

    migrate("0011_subscriber_one_mailbox")

    subscribers = (
        earlier("Subscriber").order_by("pk").values_list("pk", "address", "confirmed_at", "suspended_because")
    )
    subscriptions = earlier("Subscription").order_by("pk").values_list("pk", "subscriber", "confirmed_at")
    assert list(subscribers) == [
        (confirmed.pk, "anna@xn--bcher-kva.example", day, "complaint"),
        (other.pk, "bert@example.org", None, ""),
    ]
    assert list(subscriptions) == [
        (rows[0].pk, confirmed.pk, day),
        (rows[1].pk, confirmed.pk, day),
        (rows[3].pk, confirmed.pk, None),
        (rows[4].pk, other.pk, None),
    ]
    message.refresh_from_db()
    assert (message.subscriber_id, message.address) == (confirmed.pk, "anna@xn--bcher-kva.example")


# The tests' own reference data ------------------------------------------------------------


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_reference_data_survives_a_transactional_test(time):
    file = settings.BASE_DIR / "fixtures" / "countries.json"
    countries = [row for row in json.loads(file.read_text()) if row["model"] == "practices.country"]

    counts = Objective.objects.count(), Country.objects.count(), Group.objects.count()

    assert counts == (23, len(countries), 2)
