"""A request as a span, in the trace of whoever passes one on; nothing where nobody collects."""

from flask import Request

from telemetry.tracing import OFF, Kind, Span, tracing


def serving(called: Request) -> Span:
    """To be told `answered`, and ended."""
    if not tracing.is_on:
        return OFF
    route = called.url_rule.rule if called.url_rule else called.path
    passed_on = called.headers.get("traceparent")
    span = tracing.begin(called.method, route, Kind.SERVER, passed_on)
    span.note("http.request.method", called.method)
    span.note("http.route", route)
    span.note("url.path", called.path)
    span.note("url.scheme", called.scheme)
    return span


def answered(span: Span, status: int) -> None:
    span.note("http.response.status_code", status)
    if status >= 500:
        span.fail(str(status))
