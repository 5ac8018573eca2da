"""What a host types."""

from manyplaces.events.forms.hosts import ChangeForm, CommitForm, LinkForm, PersonForm, WordsForm
from manyplaces.events.forms.sites import SiteForm

__all__ = ["ChangeForm", "CommitForm", "LinkForm", "PersonForm", "SiteForm", "WordsForm"]
