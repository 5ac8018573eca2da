"""The link in a letter that asks for a report: it lets its reader say how it went, and nothing else."""

from __future__ import annotations

from django.core import signing


def report_link_of(host: str) -> str:
    """Return the secret for the host with this uid; it needs not be kept, and ends with the host's row."""
    return _signer().sign(host)


def read_report_link(token: str) -> str:
    """Return the uid of the host that a secret is for, empty for a forged one."""
    try:
        return _signer().unsign(token)
    except signing.BadSignature:
        return ""


def _signer() -> signing.Signer:
    return signing.Signer(salt="manyplaces.reports.host", sep=".")
