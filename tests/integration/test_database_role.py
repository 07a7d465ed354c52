"""
The role that serves cannot change what is frozen, by whatever SQL.

A whole exercise runs through the services under that role; then somebody with its password tries.
"""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pgtrigger
import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg.errors import InsufficientPrivilege, RaiseException

from applications.models import Application, Draft, Officer
from applications.selectors.clock import read_clock
from applications.selectors.table_rights import list_table_rights
from applications.services.database_rights import (
    DatabaseRoleTooStrong,
    DatabaseRoleUnknown,
    grant_rights,
)
from applications.services.import_files import FileFormat
from applications.services.imports import import_applications
from applications.services.journal import seal_journal
from lottery.models import BallKeying, Ceremony, Draw, Place, Publication, RankingEntry, Register
from lottery.services.rechecks import recheck_draw_in_sql
from lottery.services.registers import publish_commitment
from tests.database_roles import connect_as, granted_role, make_role, serving_as, tell
from tests.factories import make_document, make_draft, screen_everything, store_online, store_paper
from tests.integration.lottery import stages

PROJECT = Path(__file__).resolve().parent.parent.parent
DAY = timedelta(days=1)
EVERYTHING = {"SELECT", "INSERT", "UPDATE", "DELETE"}


def list_tables_that_refuse(*operations):
    """List the tables with a trigger that refuses all of these, whatever the row says."""
    return [
        model._meta.db_table
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", [])
        if type(trigger) is pgtrigger.Protect and trigger.condition is None
        if set(operations) <= set(str(trigger.operation).split(" OR "))
    ]


FROZEN = list_tables_that_refuse("UPDATE", "DELETE")
KEPT = list_tables_that_refuse("DELETE")


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    """The tests' database, whose rows stay until the module ends."""
    with django_db_blocker.unblock():
        yield
        with pgtrigger.ignore():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def role(database):
    with granted_role() as name:
        yield name


@pytest.fixture(scope="module")
def exercises(role, tmp_path_factory):
    """Hold a whole ballot under the role, and bring two more to where they wait."""
    with serving_as(role):
        drawn = stages.make_ballot(code="DRAWN")
        stages.fill(drawn)
        import_a_form(drawn, 30)
        draw = stages.draw(drawn)
        transcript = stages.export(draw, tmp_path_factory.mktemp("role"))
        waiting = stages.make_ballot(code="WAITING")
        stages.fill(waiting, family=1, one_person=1)
        screen_everything()
        register = stages.freeze(stages.close(waiting))
        publish_commitment(register=register, published_at=read_clock(), waiting=DAY)
        unpublished = stages.make_ballot(code="UNPUBLISHED")
        stages.fill(unpublished, family=1, one_person=1)
        screen_everything()
        stages.freeze(stages.close(unpublished))
        seal_journal()
    return {"draw": draw, "transcript": transcript}


def import_a_form(exercise, index):
    """Take in a file of one paper form, which is written by way of a temporary table."""
    store_paper(exercise, index + 1)
    document = make_document(exercise, index, channel="PAPER")
    source = io.BytesIO(json.dumps(document).encode() + b"\n")
    report = import_applications(
        exercise=exercise,
        source=source,
        file_format=FileFormat.JSON_LINES,
        imported_at=read_clock(),
    )
    assert report.stored_count == 1


@pytest.fixture
def attack(role, exercises):
    """A connection of somebody who has the role's password; nothing of it is kept."""
    with connect_as(role) as connected:
        yield connected.execute
        connected.rollback()


class TestTheMainJob:
    def test_runs_whole_under_the_role(self, exercises):
        status, said = stages.verify(exercises["transcript"])
        assert status == 0, said

    def test_is_recomputed_in_sql_under_the_role(self, exercises, role):
        with serving_as(role):
            check = recheck_draw_in_sql(draw=exercises["draw"], checked_at=read_clock())
        assert check.passed, check.output

    def test_leaves_what_must_hold(self, exercises, role):
        output = io.StringIO()
        with serving_as(role):
            call_command("check_invariants", stdout=output)
        assert "No breach" in output.getvalue()

    def test_drafts_are_still_removed(self, exercises, role):
        with serving_as(role):
            draft = make_draft(apps.get_model("applications.Exercise").objects.first(), 900)
            assert Draft.objects.filter(pk=draft.pk).delete()[0] == 1

    def test_locks_no_row_that_the_role_may_not_change(self):
        names = {apps_model.__name__ for apps_model in apps.get_models()}
        locked = {
            name
            for app in ("applications", "lottery")
            for path in (PROJECT / app).rglob("*.py")
            for name in re.findall(r"(\w+)\.objects\s*\.select_for_update", path.read_text())
        }
        assert locked <= names
        frozen = {m.__name__ for m in apps.get_models() if m._meta.db_table in FROZEN}
        assert locked & frozen == set()


class TestFrozenTables:
    def test_are_those_of_the_ballot_and_the_journal(self):
        models = (Register, Publication, BallKeying, Ceremony, Draw, RankingEntry, Place)
        names = {model._meta.db_table for model in models}
        assert names < set(FROZEN)
        assert {"applications_journalentry", "lottery_registerentry"} < set(FROZEN)
        assert {"applications_application", "applications_person"} < set(KEPT)

    @pytest.mark.parametrize("table", FROZEN)
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {table} SET {column} = {column}",
            "SET pgtrigger.ignore = '{triggers}'; UPDATE {table} SET {column} = {column}",
            "SELECT 1 FROM {table} FOR UPDATE",
        ],
    )
    def test_are_not_updated(self, attack, table, statement):
        column = next(m for m in apps.get_models() if m._meta.db_table == table)._meta.pk.column
        triggers = "{" + ",".join(list_triggers()) + "}"
        with pytest.raises(InsufficientPrivilege):
            attack(statement.format(table=table, column=column, triggers=triggers))

    @pytest.mark.parametrize("table", sorted({*FROZEN, *KEPT}))
    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM {table}",
            "TRUNCATE {table} CASCADE",
            "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "ALTER TABLE {table} ADD COLUMN more integer",
            "ALTER TABLE {table} OWNER TO CURRENT_USER",
            "DROP TABLE {table} CASCADE",
            "CREATE RULE instead AS ON INSERT TO {table} DO INSTEAD NOTHING",
            "CREATE TRIGGER again BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "CREATE INDEX ON {table} ((1))",
        ],
    )
    def test_are_not_emptied_or_rebuilt(self, attack, table, statement):
        with pytest.raises(InsufficientPrivilege):
            attack(statement.format(table=table))

    @pytest.mark.parametrize(
        "statement",
        [
            "SET session_replication_role = replica",
            "SET ROLE {owner}",
            "CREATE TABLE own (n integer)",
            "CREATE SCHEMA own",
            "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL'",
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)"
            " RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "ALTER FUNCTION _pgtrigger_should_ignore(name) OWNER TO CURRENT_USER",
            "UPDATE django_migrations SET name = name",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
            "SELECT setval('lottery_register_id_seq', 1)",
        ],
    )
    def test_nothing_around_them_gives_way(self, attack, statement):
        owner = connection.settings_dict["USER"]
        with pytest.raises(InsufficientPrivilege):
            attack(statement.format(owner=f'"{owner}"'))


def list_triggers():
    """List the names of all triggers, as ``pgtrigger.ignore`` wants them."""
    return [trigger.get_pgid(model) for model, trigger in pgtrigger.registered()]


def ignoring(attack):
    attack(f"SET pgtrigger.ignore = '{{{','.join(list_triggers())}}}'")


def shadowing(attack):
    """Hold up tables of one's own to the triggers, in which everything is in order."""
    for table in ("applications_exercise", "lottery_draw", "lottery_reballot"):
        attack(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})")
    for table in ("lottery_register", "lottery_publication"):
        attack(f"CREATE TEMPORARY TABLE {table} AS TABLE public.{table}")
    attack("UPDATE lottery_publication SET ceremony_from = now() - interval '1 year'")
    attack("INSERT INTO applications_exercise SELECT * FROM public.applications_exercise")
    attack("UPDATE applications_exercise SET closed_at = NULL")
    attack("SET search_path = pg_temp, public")


def shadowing_all(attack):
    """The same with the ballot's tables empty, as before anything was done."""
    shadowing(attack)
    attack("TRUNCATE pg_temp.lottery_register")


REGISTER = "(SELECT max(r.id) FROM public.lottery_register r JOIN public.applications_exercise e"
REGISTER += " ON e.id = r.exercise_id WHERE e.code = '{code}')"
CEREMONY = "(SELECT replace(ceremony_text, r1.commitment_sha256, r2.commitment_sha256)"
CEREMONY += " FROM public.lottery_ceremony c JOIN public.lottery_register r1 ON r1.id ="
CEREMONY += " c.publication_id JOIN public.lottery_register r2 ON r2.id = {register} LIMIT 1)"


class TestAdditions:
    """Rows may be added to frozen tables, for that is how they came to be; not any row."""

    def add(self, attack, table, code=None, **values):
        """Add a copy of some row, with other values given as SQL."""
        model = next(m for m in apps.get_models() if m._meta.db_table == table)
        columns = [field.column for field in model._meta.concrete_fields]
        if model._meta.pk.column == "id":
            columns.remove("id")
        chosen = [str(values.get(name, f'row."{name}"')) for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        attack(
            f"INSERT INTO public.{table} ({names}) SELECT {', '.join(chosen)}"
            f" FROM public.{table} row LIMIT 1"
        )

    @pytest.mark.parametrize("trick", [None, ignoring, shadowing, shadowing_all])
    @pytest.mark.parametrize(
        ("table", "values", "said"),
        [
            pytest.param(
                "lottery_registerentry",
                {"number": 99_999_999, "application_id": 999_999},
                "no line is added to a frozen register",
                id="a line of a frozen register",
            ),
            pytest.param(
                "lottery_rankingentry",
                {"rank": 999_999, "entry_id": 999_999},
                "nothing is added to a draw that was made",
                id="a rank in a draw that was made",
            ),
            pytest.param(
                "lottery_place",
                {"sequence": 999_999, "entry_id": 999_999},
                "nothing is added to a draw that was made",
                id="a place in a draw that was made",
            ),
            pytest.param(
                "lottery_ceremony",
                {
                    "publication_id": REGISTER.format(code="UNPUBLISHED"),
                    "ceremony_text": CEREMONY.format(register=REGISTER.format(code="UNPUBLISHED")),
                },
                "a ceremony follows a published commitment",
                id="a ceremony before the publication",
            ),
            pytest.param(
                "lottery_ceremony",
                {
                    "publication_id": REGISTER.format(code="WAITING"),
                    "ceremony_text": CEREMONY.format(register=REGISTER.format(code="WAITING")),
                },
                "a ceremony follows a published commitment and its waiting period",
                id="a ceremony within the waiting period",
            ),
            pytest.param(
                "lottery_ballkeying",
                {"publication_id": REGISTER.format(code="WAITING")},
                "no ball is keyed before the waiting period is over",
                id="a ball before its time",
            ),
            pytest.param(
                "applications_application",
                {"number": 99_999_999, "submission_key": "gen_random_uuid()"},
                "an exercise that was closed takes no application",
                id="an application after closing",
            ),
        ],
    )
    def test_are_refused(self, attack, trick, table, values, said):
        if trick:
            trick(attack)
        with pytest.raises(RaiseException, match=said):
            self.add(attack, table, **values)

    @pytest.mark.parametrize("trick", [None, ignoring, shadowing, shadowing_all])
    @pytest.mark.parametrize(
        ("table", "values"),
        [
            pytest.param("lottery_register", {"follows_id": "NULL"}, id="register"),
            pytest.param(
                "lottery_ceremony", {"publication_id": REGISTER.format(code="DRAWN")}, id="ceremony"
            ),
            pytest.param("lottery_draw", {"ceremony_id": REGISTER.format(code="DRAWN")}, id="draw"),
        ],
    )
    def test_there_is_no_second(self, attack, trick, table, values):
        if trick:
            trick(attack)
        with pytest.raises((psycopg.errors.UniqueViolation, RaiseException)):
            self.add(attack, table, **values)

    def test_another_attempt_needs_a_decision(self, attack):
        with pytest.raises((psycopg.errors.CheckViolation, RaiseException)):
            self.add(attack, "lottery_register", attempt=2, follows_id="NULL")

    def test_of_an_application_its_facts_stay(self, attack):
        ignoring(attack)
        with pytest.raises(RaiseException, match="Cannot update"):
            attack("UPDATE applications_application SET net_assets_hkd = 1")

    def test_the_closing_is_not_undone(self, attack):
        ignoring(attack)
        with pytest.raises(RaiseException, match="Cannot update"):
            attack("UPDATE applications_exercise SET closed_at = NULL")


@pytest.mark.django_db
class TestGrantRights:
    def test_each_table_of_a_model_has_its_rights(self):
        rights = list_table_rights()
        assert rights["lottery_registerentry"] == {"SELECT", "INSERT"}
        assert rights["applications_application"] == EVERYTHING - {"DELETE"}
        assert rights["applications_draft"] == rights["django_session"] == EVERYTHING
        assert rights["django_migrations"] == {"SELECT"}
        assert set(connection.introspection.table_names()) == set(rights)

    def test_takes_back_what_was_granted_beyond(self):
        with make_role() as name:
            tell(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
            tell(f"GRANT UPDATE (line) ON lottery_registerentry TO {name} WITH GRANT OPTION")
            tell("GRANT DELETE ON lottery_draw TO PUBLIC")
            tell("GRANT CREATE ON SCHEMA public TO PUBLIC")
            tell(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {name}")
            grant_rights(role=name)
            grant_rights(role=name)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT has_any_column_privilege(%(role)s, 'lottery_registerentry', 'UPDATE'),"
                    " has_table_privilege(%(role)s, 'lottery_draw', 'DELETE, TRUNCATE, TRIGGER'),"
                    " has_schema_privilege(%(role)s, 'public', 'CREATE'),"
                    " has_sequence_privilege(%(role)s, 'lottery_register_id_seq', 'UPDATE'),"
                    " has_table_privilege(%(role)s, 'lottery_draw', 'INSERT')",
                    {"role": name},
                )
                assert cursor.fetchone() == (False, False, False, False, True)

    @pytest.mark.parametrize(
        "power",
        [
            "ALTER ROLE {role} SUPERUSER",
            "ALTER ROLE {role} CREATEROLE",
            "GRANT {owner} TO {role}",
            "GRANT pg_write_all_data TO {role}",
            "GRANT pg_write_server_files TO {role}",
            "GRANT SET ON PARAMETER session_replication_role TO {role}",
            "ALTER TABLE lottery_draw OWNER TO {role}",
        ],
    )
    def test_a_role_that_could_do_more_is_refused(self, power):
        owner = connection.settings_dict["USER"]
        with make_role() as name:
            tell(power.format(role=name, owner=f'"{owner}"'))
            with pytest.raises(DatabaseRoleTooStrong):
                grant_rights(role=name)
            tell(f'ALTER TABLE lottery_draw OWNER TO "{owner}"')

    def test_the_owner_itself_is_refused(self):
        with pytest.raises(DatabaseRoleTooStrong):
            grant_rights(role=connection.settings_dict["USER"])

    def test_an_unknown_role_is_refused(self):
        with pytest.raises(DatabaseRoleUnknown):
            grant_rights(role="nobody_of_this_name")

    def test_the_owner_may_still_pass_by_the_triggers(self):
        officer = Officer.objects.create_user("o", reference="o-1", role="OFFICER")
        exercise = stages.make_ballot(code="OWNER")
        application = store_online(exercise, 1)
        with pgtrigger.ignore("applications.Application:submission_is_final"):
            Application.objects.filter(pk=application.pk).update(recorded_by=officer)
        application.refresh_from_db()
        assert application.recorded_by == officer
