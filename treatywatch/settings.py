"""All settings, read from the environment; docs/operating.md explains each name.

Secure by default: only `TW_EMBEDDED=1` (set by `./tw up`, which serves plain http on one machine) relaxes
what needs https.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue

from treatywatch.inlined import SCRIPTS, STYLES, allowed

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
EMBEDDED = env.bool("TW_EMBEDDED", default=False)
DEBUG = False

SECRET_KEY = env.str("SECRET_KEY")
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "treatywatch.apps.TreatyWatchConfig",
    "treaties",
    "events",
    "alerts",
    "treatywatch.accounts.apps.DeskSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "treatywatch.page_cache.marking.PublicPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "treatywatch.languages.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "treatywatch.accounts.audit_trail.AuditedDesk",
    "treatywatch.accounts.legible.LegibleAtTheDesk",
    "treatywatch.accounts.sign_in_limits.SignInLimits",
]

# Whoever only reads writes no history; told of each reading, the database would have nothing to note down.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

ROOT_URLCONF = "treatywatch.urls"
WSGI_APPLICATION = "treatywatch.wsgi.application"
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
    },
]

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A database host that has vanished must not be waited for as long as TCP likes to; the address may say otherwise.
DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "tcp_user_timeout": 10_000} | DATABASES["default"].get(
    "OPTIONS", {}
)
# After which the database ends a question of a public page; 0 never.
PUBLIC_STATEMENT_SECONDS = env.int("PUBLIC_STATEMENT_SECONDS", default=10)
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
# Parallel test runs on one server each name their own throwaway database.
DATABASES["default"]["TEST"] = {"NAME": "test_treatywatch" + env.str("TW_TEST_DB_SUFFIX", default="")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Told with every export and feed; whoever runs the site decides it.
RECORD_LICENCE = env.str("RECORD_LICENCE", default="")

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A cache that must be waited for is none.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0},
    }
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # treatywatch/admin.py registers what is worked with
AXES_DISABLE_ACCESS_LOG = True  # the audit trail tells it, and cannot be emptied
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
# Of a failed try no more is noted than whose and whence: a mistyped code is nearly a right one.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
# Whoever may publish signs in with a second factor. On one machine a password is enough until one is set up.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not EMBEDDED)
OTP_TOTP_ISSUER = "TreatyWatch"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day, however busy
DESK_IDLE_SECONDS = 60 * 60
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = ["treatywatch.formats"]
LANGUAGES = [("en-gb", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "treatywatch" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / ".run" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail. EMAIL_TIMEOUT is always set: a relay that hangs must not outlive the lease of an alert.
EMAIL_URL = env.str("EMAIL_URL")
vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="TreatyWatch <alerts@localhost>")
MAILBOX_DIR = env.str("MAILBOX_DIR", default="")

ALERTS_SETTLE_SECONDS = env.int("ALERTS_SETTLE_SECONDS", default=900)
ALERTS_LEASE_SECONDS = env.int("ALERTS_LEASE_SECONDS", default=120)
ALERTS_BATCH_SIZE = env.int("ALERTS_BATCH_SIZE", default=500)
ALERTS_MORNING_HOUR = env.int("ALERTS_MORNING_HOUR", default=8)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
BOUNCE_SECRET = env.str("BOUNCE_SECRET", default="")
ALERTS_BOUNCE_ADDRESS = env.str("ALERTS_BOUNCE_ADDRESS", default="")
ALERTS_DAILY_LIMIT = env.int("ALERTS_DAILY_LIMIT", default=0)  # 0: no brake
ALERTS_UNSUBSCRIBE_ADDRESS = env.str("ALERTS_UNSUBSCRIBE_ADDRESS", default="")
ALERTS_WHEN_AMBIGUOUS = env.str("ALERTS_WHEN_AMBIGUOUS", default="retry")  # or "hold"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 5}
CELERY_TIMEZONE = "UTC"
ALERTS_DISPATCH_SECONDS = env.float("ALERTS_DISPATCH_SECONDS", default=60.0)
# A worker takes from both in turn: planning and reaping never stand behind a row of busy senders.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("mail")]
CELERY_TASK_ROUTES = {"alerts.send_due": {"queue": "mail"}}
CELERY_BEAT_SCHEDULE = {
    # Every hour, because "today" begins at a different instant in every zone.
    "roll deadlines": {"task": "events.roll_deadlines", "schedule": crontab(minute=1)},
    "fold the generation": {"task": "events.fold_generation", "schedule": 300.0},
    "publish what is scheduled": {"task": "events.publish_due", "schedule": 60.0},
    "plan alerts": {"task": "alerts.plan", "schedule": ALERTS_DISPATCH_SECONDS},
    "plan alerts for everybody": {"task": "alerts.plan_for_everybody", "schedule": crontab(hour=3, minute=17)},
    "dispatch alerts": {"task": "alerts.dispatch", "schedule": ALERTS_DISPATCH_SECONDS},
    "answer forms": {"task": "alerts.answer_forms", "schedule": ALERTS_DISPATCH_SECONDS},
    "reap alerts": {"task": "alerts.reap", "schedule": ALERTS_DISPATCH_SECONDS},
}

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, *allowed(SCRIPTS)],
        "style-src": [SELF, *allowed(STYLES)],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not EMBEDDED
SECURE_HSTS_SECONDS = 0 if EMBEDDED else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not EMBEDDED
SECURE_HSTS_PRELOAD = not EMBEDDED
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = not EMBEDDED
CSRF_COOKIE_SECURE = not EMBEDDED
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
