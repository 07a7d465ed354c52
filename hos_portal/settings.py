"""
The settings of the site: one file, values from the environment only.

A missing secret stops the start, an unknown spelling is an error, and there is no ``if``:
development, demonstration and production differ in their environment, not in this file.
The README lists every variable.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from hos_portal.environment import (
    read_boolean,
    read_cache_url,
    read_database_url,
    read_email_url,
    read_integer,
    read_list,
    read_path,
    read_text,
    read_web_address,
)
from hos_portal.payment_environment import read_payment_provider

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = read_path("HOS_DATA_DIR", BASE_DIR / "var")

# Secrets
SECRET_KEY = read_text("HOS_SECRET_KEY")
SECRET_KEY_FALLBACKS = read_list("HOS_SECRET_KEY_FALLBACKS")
ENCRYPTION_KEYS = read_text("HOS_ENCRYPTION_KEYS")
LOOKUP_KEY = read_text("HOS_LOOKUP_KEY")
PAYMENT_SECRET = read_text("HOS_PAYMENT_SECRET")

# Web
DEBUG = read_boolean("HOS_DEBUG", False)
ALLOWED_HOSTS = read_list("HOS_ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
PUBLIC_URL = read_text("HOS_PUBLIC_URL", f"http://127.0.0.1:{read_integer('HOS_PORT', 8000)}")
CSRF_TRUSTED_ORIGINS = read_list("HOS_CSRF_TRUSTED_ORIGINS", (PUBLIC_URL,))
SECURE_COOKIES = read_boolean("HOS_SECURE_COOKIES", PUBLIC_URL.startswith("https://"))
# Of X-Forwarded-For so many addresses from the right are believed; more, and anybody could make one
# up. Unlike the framework's own default, none is believed unless somebody says so.
PROXY_COUNT = read_integer("HOS_PROXY_COUNT", 0, minimum=0)
ROOT_URLCONF = "hos_portal.urls"
WSGI_APPLICATION = "hos_portal.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "applications",
    "lottery",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "hos_portal.logging.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hos_portal.errors.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "hos_portal.form_renderer.HosFormRenderer"

# Database: one pool for each process, transactions in the services.
DATABASES = {"default": read_database_url("DATABASE_URL")}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": read_integer("HOS_DATABASE_POOL_SIZE", 8, minimum=1),
    "timeout": 3,  # seconds: during an outage the reader is told soon
    # A pool that keeps trying waits twice as long each time, and then sleeps on when PostgreSQL is
    # back; one that has given up tries at the next request.
    "reconnect_timeout": 2,
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache: throttles and the shared fragments of the counts page.
CACHES = {"default": read_cache_url("CACHE_URL")}

# Language and time
LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Hong_Kong"
USE_I18N = True
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [(name, BASE_DIR / "static" / name) for name in ("css", "js", "img")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": read_text(
            "HOS_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Log-in: officers only; nobody signs up.
AUTH_USER_MODEL = "applications.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "hos_portal.accounts.OfficerAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff:home"
LOGOUT_REDIRECT_URL = "applications:start"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Payment: PAYMENT_PROVIDER names a module; PAYMENT_PAGES are the origins of its hosted pages.
PAYMENT = read_payment_provider("HOS_PAYMENT_PROVIDER")
globals().update(PAYMENT)

# Headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = read_boolean("HOS_SSL_REDIRECT", False)
SECURE_HSTS_SECONDS = read_integer("HOS_HSTS_SECONDS", 0, minimum=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "hos_portal.errors.show_csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *PAYMENT["PAYMENT_PAGES"]],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
}

# Input limits
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# API
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["applications.api.throttles.AddressThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": read_text("HOS_API_RATE", "120/minute"),
        "drafts": read_text("HOS_API_DRAFT_RATE", "60/hour"),
        "codes": read_text("HOS_API_CODE_RATE", "20/hour"),
    },
    "NUM_PROXIES": PROXY_COUNT,
    "EXCEPTION_HANDLER": "hos_portal.errors.handle_api_exception",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "HOS Portal API",
    "DESCRIPTION": "Applying, and everything that is public of an exercise and its ballot. Nobody "
    "logs in: a draft is opened by its code. `message` is in the language of `Accept-Language` "
    "(`zh-Hant`, `en`); every error has both.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "applications.api.openapi.describe_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Channel": "applications.policy.household.Channel",
        "ChannelOfDrafts": ["ONLINE"],
        "OnlineFeeMethod": "applications.api.draft_serializers.ONLINE_METHODS",
        "ReasonCode": "applications.policy.reasons.ReasonCode",
        "YouthReason": "applications.policy.youth.YouthReason",
        "SubmissionState": "applications.api.submission_descriptions.SubmissionState",
        "ApplicationState": "applications.policy.status.ApplicationState",
        "ReballotGround": "lottery.models.Reballot.Ground",
        "DrawCheckKind": "lottery.models.DrawCheck.Kind",
    },
}

# Tasks. A task is acknowledged after its work, so a killed worker's task is done again; the
# visibility timeout is an hour, far above the longest task, so Redis never hands one out twice.
CELERY_BROKER_URL = read_text("CELERY_BROKER_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"applications.tasks.screen_owed_applications": {"queue": "screening"}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "screen-owed-applications": {
        "task": "applications.tasks.screen_owed_applications",
        "schedule": 1.0,
        "options": {"expires": 10},
    },
    "send-owed-timestamps": {
        "task": "lottery.tasks.send_owed_timestamps",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "take-intake-heads": {
        "task": "lottery.tasks.take_intake_heads",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "recheck-draws": {
        "task": "lottery.tasks.recheck_draws",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "seal-journal": {
        "task": "applications.tasks.seal_journal",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "send-owed-messages": {
        "task": "applications.tasks.send_owed_messages",
        "schedule": 2.0,
        "options": {"expires": 20},
    },
    "remind-unpaid-drafts": {
        "task": "applications.tasks.remind_unpaid_drafts",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "erase-old-drafts": {
        "task": "applications.tasks.erase_old_drafts",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "reconcile-payments": {
        "task": "applications.tasks.reconcile_payments",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
}

# Logs hold ids and codes only.
LOGGING_CONFIG = "hos_portal.logging.configure_logging"
LOGGING: dict[str, object] = {"level": read_text("HOS_LOG_LEVEL", "INFO")}

# Signatures and timestamps of what is published. Without a key the portal serves applicants all
# the same and refuses what it would have to sign.
SIGNING_KEY_FILE = read_path("HOS_SIGNING_KEY_FILE", None)
SIGNING_CERTIFICATE_FILE = read_path("HOS_SIGNING_CERTIFICATE_FILE", None)
TIMESTAMP_URL = read_web_address("HOS_TIMESTAMP_URL")
TIMESTAMP_CA_FILE = read_path("HOS_TIMESTAMP_CA_FILE", None)

# Ballot: how long the public has between the commitment and the first ball.
BALLOT_WAITING = timedelta(hours=read_integer("HOS_BALLOT_WAITING_HOURS", 24, minimum=0))

# E-mail: by default a file for each message under the data directory, so that a demonstration sends
# nothing and shows everything.
globals().update(read_email_url("HOS_EMAIL_URL", DATA_DIR / "mail"))
DEFAULT_FROM_EMAIL = read_text("HOS_EMAIL_SENDER", "HOS Portal <no-reply@localhost>")

# Drafts: when their owners are reminded, and how long they are kept after closing.
REMINDER_BEFORE_CLOSING = timedelta(hours=read_integer("HOS_REMINDER_HOURS", 48, minimum=1))
DRAFT_KEPT = timedelta(days=read_integer("HOS_DRAFT_KEPT_DAYS", 30, minimum=0))

# Faster Payment System: to whom the code that an applicant scans pays.
FPS_PAYEE = read_text("HOS_FPS_PAYEE", "9999999")
FPS_PAYEE_NAME = read_text("HOS_FPS_PAYEE_NAME", "HOS PORTAL DEMONSTRATION")
