"""What the application's own database role needs of each table, read off the models' triggers."""

from collections.abc import Mapping

import pgtrigger
from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

Rights = frozenset[str]

READ_ONLY = frozenset({"SELECT"})


def list_table_rights() -> Mapping[str, Rights]:
    """
    List every table of the portal with the rights to read and write its rows.

    What a trigger never lets happen needs no right: rows of a frozen register are added and read,
    applications are changed besides, drafts and sessions are deleted too.
    """
    rights = {MigrationRecorder.Migration._meta.db_table: READ_ONLY}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            rights[model._meta.db_table] = _list_rights(model)
    return rights


def _list_rights(model: type[models.Model]) -> Rights:
    changes = {"UPDATE": pgtrigger.Update, "DELETE": pgtrigger.Delete}
    allowed = {name for name, operation in changes.items() if not _is_refused(model, operation)}
    return frozenset({"SELECT", "INSERT"} | allowed)


def _is_refused(model: type[models.Model], operation: pgtrigger.Operation) -> bool:
    """Tell whether a trigger refuses an operation whatever the row says."""
    return any(
        isinstance(trigger, pgtrigger.Protect)
        and trigger.get_condition(guarded) is None
        and trigger.operation is not None
        and operation in trigger.operation
        for guarded, trigger in pgtrigger.registered()
        if guarded._meta.label == model._meta.label
    )
