from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        # Models can only be imported once all apps are there.
        from applications.checks import find_sandbox_in_earnest
        from applications.services.trigger_guards import guard_triggers

        register(find_sandbox_in_earnest, "payments", deploy=True)
        post_migrate.connect(guard_triggers, sender=self, dispatch_uid="guard_triggers")
