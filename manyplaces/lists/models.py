"""Lists of sites and their rows, and which column of which file stood for what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Tactic
from manyplaces.core.contacts import Reachable
from manyplaces.core.tokens import new_key
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment
from manyplaces.lists.rules import Answer, Reason, Stage, Verdict, reason_words
from manyplaces.people.models import Organisation
from manyplaces.places.models import School
from manyplaces.places.rules import city_slug

# What may be committed: what is certain, and what was answered with anything but "leave it out".
READY = models.Q(verdict=Verdict.CERTAIN) | models.Q(
    verdict__in=(Verdict.UNSURE, Verdict.UNKNOWN), answer__in=(Answer.SCHOOL, Answer.OWN)
)
# A row of which nobody is to be reached any more.
NO_CONTACT = {"name_sealed": b"", "email_sealed": b"", "phone_sealed": b"", "email_hash": ""}


class SiteList(models.Model):
    """What a coordinator pasted or a partner sent for one action."""

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="lists")
    title = models.CharField(_("name of the list"), max_length=120)
    # The organisation that answers for its sites; empty where the coordinator does.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="lists"
    )
    # Where a row says neither city nor state.
    city_name = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    # Where a row names neither day nor time, in the words of whoever brought the list; empty for the action's own.
    date_words = models.CharField(_("day"), max_length=100, blank=True)
    time_words = models.CharField(_("time"), max_length=40, blank=True)
    # Which languages are spoken at all of its sites, in words; how one gets in each row says for itself.
    spoken_words = models.CharField(_("languages spoken"), max_length=200, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.MATCHING)
    header = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    # The file as it came, sealed, until something is committed: it may hold addresses, and its columns may be wrong.
    upload_sealed = models.BinaryField(default=b"", editable=False)
    row_count = models.PositiveIntegerField(default=0)
    # Of how many rows the worker is at work on, and how many of these are done.
    in_hand = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=80)
    person = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"list {self.uid}: {self.title}"

    @property
    def errand(self) -> str:
        """Under which name the journal keeps what was committed from this list."""
        return f"list-{self.uid}"

    @property
    def has_contacts(self) -> bool:
        """Whether its file says how hosts are reached."""
        return bool({"contact", "email", "phone"} & set(self.columns))


class ListRow(Reachable):
    """One site of a list: what it says, which school that is, and what the coordinator answered."""

    of = models.ForeignKey(SiteList, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    venue = models.CharField(_("school or place"), max_length=200)
    number = models.CharField(max_length=12, blank=True)
    # As it is written in the row; where that is empty, what was said of the whole list holds.
    city_name = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    district = models.CharField(max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    date_words = models.CharField(_("day"), max_length=100, blank=True)
    time_words = models.CharField(_("time"), max_length=100, blank=True)
    tactic_words = models.CharField(_("tactic"), max_length=100, blank=True)
    hosts_words = models.CharField(_("host organisation"), max_length=200, blank=True)
    expected = models.PositiveIntegerField(null=True, blank=True)
    posters = models.PositiveIntegerField(default=0)
    stickers = models.PositiveIntegerField(default=0)
    note = models.CharField(_("for those who come"), max_length=1000, blank=True)
    # In the words of the list; which codes they stand for is read when the row is looked up.
    spoken_words = models.CharField(_("languages spoken"), max_length=200, blank=True)
    access_words = models.CharField(_("accessibility"), max_length=200, blank=True)
    safety = models.CharField(_("about safety"), max_length=1000, blank=True)
    capacity = models.PositiveIntegerField(_("room for how many"), null=True, blank=True)
    # What was understood of these words; what is shown here is what is committed.
    date_edtf = models.CharField(max_length=40, blank=True)
    time_local = models.TimeField(null=True, blank=True)
    fold = models.PositiveSmallIntegerField(null=True, blank=True)
    tactic = models.CharField(max_length=20, choices=Tactic.choices, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    reason = models.CharField(max_length=10, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    school = models.ForeignKey(School, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Keys of the schools it might be, likeliest first.
    suggestions = models.JSONField(default=list, blank=True)
    answer = models.CharField(max_length=6, choices=Answer.choices, default=Answer.NONE, blank=True)
    # The earlier action in which this school took part.
    returning_from = models.ForeignKey(Action, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["of", "verdict", "line"], name="list_row_by_verdict"),)
        constraints = (models.UniqueConstraint(fields=["of", "line"], name="one_row_per_line"),)

    def __str__(self) -> str:
        return f"{self.line}: {self.venue}"

    @property
    def sentence(self) -> str:
        """Why it is refused, a double or worth a look, in the reader's language."""
        return reason_words(self.reason, self.facts)

    @property
    def starts_at(self) -> None:
        """Not known before it is committed: the clock is that of the place."""
        return

    @property
    def folded(self) -> str:
        """Its name as it is searched for."""
        return fold(self.venue)[:200]

    @property
    def where(self) -> tuple[str, str, str]:
        """The state's letters, the city's name and its slug: the school's, the row's own, or the list's."""
        if self.school is not None:
            return self.school.state, self.school.city_name, self.school.city_slug
        name = self.city_name or self.of.city_name
        return self.state or self.of.state, name, city_slug(name)

    @property
    def typed_where(self) -> tuple[str, str]:
        """The state's letters and the city's slug as they were written, whichever school is meant."""
        return self.state or self.of.state, city_slug(self.city_name or self.of.city_name)

    def say(self, verdict: Verdict, reason: Reason | str = "", **facts: object) -> None:
        """Note what becomes of the row, and why."""
        self.verdict, self.reason, self.facts = verdict, reason, facts


class ColumnMemory(models.Model):
    """Which column stood for what in files with the same headings."""

    signature = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "column memories"

    def __str__(self) -> str:
        return self.signature[:8]
