"""Lists of sites and their rows, and which column of which file stood for what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.contacts import Reachable
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Commitment
from manyplaces.lists.rules import Answer, Stage, Verdict
from manyplaces.people.models import Organisation
from manyplaces.places.models import School


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
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.MATCHING)
    header = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    # The file as it came, sealed, until its rows are read: it may hold addresses.
    upload_sealed = models.BinaryField(default=b"", editable=False)
    row_count = models.PositiveIntegerField(default=0)
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


class ListRow(Reachable):
    """One site of a list: what it says, which school that is, and what the coordinator answered."""

    of = models.ForeignKey(SiteList, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    venue = models.CharField(max_length=200)
    number = models.CharField(max_length=12, blank=True)
    city_name = models.CharField(max_length=100, blank=True)
    city_slug = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    district = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    date_words = models.CharField(max_length=100, blank=True)
    time_words = models.CharField(max_length=100, blank=True)
    tactic_words = models.CharField(max_length=100, blank=True)
    hosts_words = models.CharField(max_length=200, blank=True)
    expected = models.PositiveIntegerField(null=True, blank=True)
    posters = models.PositiveIntegerField(default=0)
    stickers = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=1000, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
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


class ColumnMemory(models.Model):
    """Which column stood for what in files with the same headings."""

    signature = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "column memories"

    def __str__(self) -> str:
        return self.signature[:8]
