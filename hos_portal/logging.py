"""
Logs for operators: one JSON object a line, ids and codes only, never personal data.

The request line names the route's pattern, not the path, because a path can hold an application
number or a draft's code.
"""

import logging.config
import time
from collections.abc import Callable, Mapping

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("hos_portal.requests")


def configure_logging(settings: Mapping[str, object]) -> None:
    """Send everything through structlog to standard error; called by Django with ``LOGGING``."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        keep_arguments_of_errors_out,
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.ExceptionRenderer(describe_traceback),
                        structlog.processors.JSONRenderer(),
                    ],
                }
            },
            "handlers": {"standard": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["standard"], "level": settings["level"]},
            # Django would repeat the path of every 4xx and 5xx answer there.
            "loggers": {"django.request": {"level": "CRITICAL"}},
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def keep_arguments_of_errors_out(
    logger: logging.Logger, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Log the bare text of a library's error: what it would fill in is the exception's message."""
    if event.get("exc_info") and not event["_from_structlog"]:
        event["event"] = str(event["_record"].msg)
    return event


def describe_traceback(exc_info: structlog.typing.ExcInfo) -> list[dict[str, object]]:
    """
    Give the classes and places of an exception and of those behind it.

    Neither messages nor variables: a constraint's message quotes the failing row, and a variable
    may be somebody's application.
    """
    read_traceback = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        {
            "class": exception["exc_type"],
            "places": [f"{frame['filename']}:{frame['lineno']}" for frame in exception["frames"]],
        }
        for exception in read_traceback(exc_info)
    ]


class RequestLogMiddleware:
    """Write a line for each request: method, route, status, milliseconds; for a bug its class."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000),
        )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Name a bug by class and place; its message could hold what somebody typed."""
        trace = exception.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        frame = trace.tb_frame.f_code if trace else None
        log.error(
            "exception",
            exception=type(exception).__name__,
            code=getattr(exception, "code", None),
            place=f"{frame.co_filename}:{trace.tb_lineno}" if frame and trace else None,
        )
