"""What is written down of letters, jobs and chores beside the operations: owed, in hand, settled, alive.

Nobody decides any of this, so it is not recorded in the journal: a letter or a job is the debt of an operation that is
recorded there, and the rest is the worker's own bookkeeping. Nothing here raises the number of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F

from manyplaces.core.contacts import email_hashes
from manyplaces.core.lockdown import is_closing
from manyplaces.core.models import Lockdown
from manyplaces.mail.models import Heartbeat, Job, Letter, Slot, Suppression
from manyplaces.mail.rules import day_of

Debt = TypeVar("Debt", Letter, Job)
ERASED = {"to_sealed": b"", "content_sealed": b""}
# What letters of one kind about one thing have in common.
_IN_COMMON = {
    *("kind", "channel", "zone", "about", "safe", "language", "unsubscribe", "is_secret", "is_urgent", "until"),
    *("state", "error", "tries", "next_try_at", "made_at", "sent_at"),
}
WORKER = "worker"


def add_letter(letter: Letter) -> Letter:
    """Write a letter down, in the caller's transaction, unless one with its key is there; returns the one that is."""
    add_letters([letter])
    return Letter.objects.get(key=letter.key)


def add_letters(letters: Sequence[Letter]) -> None:
    """Write letters down, in the caller's transaction, but those whose key is there; wishes are heeded."""
    _heed_wishes(letters)
    _validate(letters)
    Letter.objects.bulk_create(letters, ignore_conflicts=True, batch_size=200)


def _validate(letters: Sequence[Letter]) -> None:
    """Validate as `full_clean` does; what very many letters have in common is looked at once."""
    fields = [field for field in Letter._meta.concrete_fields if not field.primary_key]
    seen: set[tuple[str, object]] = set()
    for letter in letters:
        letter.clean()
        for field in fields:
            value = getattr(letter, field.attname)
            shared = field.name in _IN_COMMON and (field.name, value)
            if (shared and shared in seen) or (field.blank and value in field.empty_values):
                continue
            try:
                setattr(letter, field.attname, field.clean(value, letter))
            except ValidationError as refusal:
                raise ValidationError({field.name: refusal.error_list}) from refusal
            if shared:
                seen.add(shared)


def _heed_wishes(letters: Sequence[Letter]) -> None:
    """Stop what goes to somebody who has left its list, before it is owed; one query."""
    known_as = {letter.uid: letter.known_as or email_hashes(letter.to) for letter in letters if letter.unsubscribe}
    if not known_as:
        return
    wishes = Suppression.objects.filter(email_hash__in={hashed for hashes in known_as.values() for hashed in hashes})
    unwanted = set(wishes.values_list("email_hash", "unsubscribe"))
    for letter in letters if unwanted else ():
        if any((hashed, letter.unsubscribe) in unwanted for hashed in known_as.get(letter.uid, ())):
            for name, value in ERASED.items():
                setattr(letter, name, value)
            letter.to_hash, letter.token_digest = "", None
            letter.state, letter.error = Letter.State.STOPPED, Letter.Error.UNSUBSCRIBED


def add_job(job: Job) -> Job:
    """Write a job down, in the caller's transaction."""
    job.full_clean(validate_unique=False, validate_constraints=False)
    job.save(force_insert=True)
    return job


def due_letters(now: datetime) -> models.QuerySet[Letter]:
    """Return the letters that are due, urgent ones first, then in the order in which they became due.

    While the site is closed these are only the codes with which national coordinators sign in.
    """
    sent = models.Q(is_urgent=True) | _site_is_open()
    due = Letter.objects.filter(sent, state=Letter.State.OWED, next_try_at__lte=now)
    return due.order_by("-is_urgent", "next_try_at", "pk")


def due_jobs(now: datetime) -> models.QuerySet[Job]:
    """Return the jobs that are due, in the order in which they became so; none while the site is closed."""
    return Job.objects.filter(_site_is_open(), state=Job.State.OPEN, next_try_at__lte=now).order_by("next_try_at", "pk")


def _site_is_open() -> models.Q:
    """Return what is true of every row while the site is open, and of none while it is closed."""
    return models.Q(pk=None) if is_closing() else models.Q(~models.Exists(Lockdown.objects.all()))


def is_anything_due(now: datetime) -> tuple[bool, bool]:
    """Return whether a letter and whether a job is due; one query, cheap enough for every second."""
    letters, jobs = due_letters(now).order_by().values("pk"), due_jobs(now).order_by().values("pk")
    found = Heartbeat.objects.annotate(letters=models.Exists(letters), jobs=models.Exists(jobs))
    row = found.filter(name=WORKER).values_list("letters", "jobs").first()
    return row or (True, True)


def take(due: models.QuerySet[Debt], most: int, now: datetime, lease: timedelta) -> list[Debt]:
    """Take so many of what is due in hand, and nobody else does until the lease ends."""
    if not due.exists():
        # Whoever writes now is not made to wait for somebody who has nothing to write.
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = list(due[:most])
        if found:
            due.model._default_manager.filter(pk__in=[row.pk for row in found]).update(next_try_at=now + lease)
    for row in found:
        row.next_try_at = now + lease
    return found


def hold(letter: Letter, now: datetime, lease: timedelta) -> bool:
    """Tell whether a letter that was taken is still ours, owed and free to go; a lease near its end is made longer."""
    free = models.Q(is_urgent=True) | _site_is_open()
    mine = Letter.objects.filter(free, pk=letter.pk, state=Letter.State.OWED, next_try_at=letter.next_try_at)
    if letter.next_try_at - now > lease / 2:
        return mine.exists()
    letter.next_try_at = now + lease
    return bool(mine.update(next_try_at=letter.next_try_at))


def put_off(letters: Iterable[Letter], until: datetime) -> None:
    """Let go of letters that were taken and are still ours, to be taken again from then on."""
    for letter in letters:
        mine = Letter.objects.filter(pk=letter.pk, state=Letter.State.OWED, next_try_at=letter.next_try_at)
        mine.update(next_try_at=until)


def keep_letter(letter: Letter, until: datetime) -> None:
    """Keep a letter in hand whose server is long in answering."""
    mine = Letter.objects.filter(pk=letter.pk, state=Letter.State.OWED, next_try_at=letter.next_try_at)
    if mine.update(next_try_at=until):
        letter.next_try_at = until


def settle_letter(letter: Letter, state: Letter.State, error: str, now: datetime) -> None:
    """Write down that a letter was sent, or will never be; its address and text are erased.

    Of a letter of a list the hash of the address stays, for its link out of the list. In a safe nothing stays: the link
    says itself whose wish it is (`rules.lasting_way`). A text has no link: STOP, sent from the number, ends them.
    """
    is_mail = letter.channel == Letter.Channel.MAIL and not letter.safe
    stays = bool(letter.unsubscribe) and state == Letter.State.SENT and is_mail
    erased: dict[str, Any] = {**ERASED, "to_hash": letter.to_hash if stays else ""}
    # Nor does the hour stay of what lies in a safe: it leaves in the moment in which somebody has said something.
    when = day_of(now) if letter.safe else now
    moments = {"sent_at": when if state == Letter.State.SENT else None, "next_try_at": when}
    Letter.objects.filter(pk=letter.pk).update(**erased, **moments, state=state, error=error)


def blame_letter(letter: Letter, error: str, until: datetime | None) -> None:
    """Write down that a letter was not taken: it is due again at `until`, or undeliverable where that is None."""
    failed = {"state": Letter.State.FAILED} if until is None else {"next_try_at": until}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.OWED).update(tries=F("tries") + 1, error=error, **failed)


def begin_job(job: Job) -> None:
    """Count a beginning before it is made, so that a job that kills its worker does not do so for ever."""
    job.tries += 1
    Job.objects.filter(pk=job.pk).update(tries=job.tries)


def tell_job(job: Job, done: int, total: int, until: datetime) -> bool:
    """Write down how far a job has come and that it is still in hand; returns whether it is."""
    job.done, job.total, job.next_try_at = done, total, until
    return bool(Job.objects.filter(pk=job.pk, state=Job.State.OPEN).update(done=done, total=total, next_try_at=until))


def keep_job(job: Job, until: datetime) -> None:
    """Keep a job in hand that is long in saying how far it has come."""
    Job.objects.filter(pk=job.pk, state=Job.State.OPEN).update(next_try_at=until)


def end_job(job: Job, state: Job.State, error: str, now: datetime) -> None:
    """Write down that a job is done or given up; what it was told is forgotten once it is done."""
    job.state, job.error, job.ended_at = state, error, now
    job.payload = {} if state == Job.State.DONE else job.payload
    job.save(update_fields=["state", "error", "ended_at", "payload"])


def retry_job(job: Job, error: str, until: datetime, *, uncounted: bool = False) -> None:
    """Write down that a job is to be begun again; one that was only interrupted is not counted."""
    job.tries -= 1 if uncounted else 0
    Job.objects.filter(pk=job.pk, state=Job.State.OPEN).update(tries=job.tries, error=error, next_try_at=until)


def stop_late(now: datetime) -> int:
    """Stop and erase what is owed but no longer true; returns how many letters that were."""
    return stop_untrue(Letter.objects.filter(until__lt=now))


def stop_untrue(letters: models.QuerySet[Letter]) -> int:
    """Stop and erase, of the letters given, what is owed, as it is no longer true; returns how many that were."""
    return _stop(letters, Letter.Error.LATE, Letter.State.OWED)


def stop_unwanted(letters: models.QuerySet[Letter]) -> int:
    """Stop and erase, of the letters given, what was not sent, as the reader wants none; returns how many that were."""
    return _stop(letters, Letter.Error.UNSUBSCRIBED, Letter.State.OWED, Letter.State.FAILED)


def _stop(letters: models.QuerySet[Letter], why: Letter.Error, *standing: Letter.State) -> int:
    return letters.filter(state__in=standing).update(**ERASED, to_hash="", state=Letter.State.STOPPED, error=why)


def claim_slot(name: str, slot: int, ahead: int) -> bool:
    """Tell whether a chore's slot is ours to start: whoever writes it down first starts it, once.

    Where the one that was started last lies more than `ahead` slots in the future, a clock was too far and was set
    back; then it counts for nothing, or the chore would rest until that future has come.
    """
    Slot.objects.bulk_create([Slot(name=name, slot=-1)], ignore_conflicts=True)
    free = models.Q(slot__lt=slot) | models.Q(slot__gt=slot + ahead)
    return bool(Slot.objects.filter(free, name=name).update(slot=slot, ended_at=None, error=""))


def end_slot(name: str, slot: int, error: str, now: datetime) -> None:
    """Write down that a chore has ended, and the kind of its error."""
    Slot.objects.filter(name=name, slot=slot).update(ended_at=now, error=error[:80])


def beat(now: datetime, trouble: str) -> None:
    """Write down that the worker lives, and what keeps it from sending."""
    found = Heartbeat.objects.filter(name=WORKER).first()
    if found is None:
        Heartbeat.objects.bulk_create([Heartbeat(name=WORKER, seen_at=now)], ignore_conflicts=True)
        found = Heartbeat.objects.get(name=WORKER)
    since = found.trouble_since if trouble and found.trouble else (now if trouble else None)
    Heartbeat.objects.filter(pk=found.pk).update(seen_at=now, trouble=trouble, trouble_since=since)
