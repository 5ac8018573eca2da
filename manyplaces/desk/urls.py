"""The addresses of the room: the desk."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe

from manyplaces.desk.views import (
    bringing,
    calling,
    closing,
    coalition,
    contacts,
    equipping,
    held,
    journal,
    letters,
    media,
    organisations,
    papers,
    phases,
    photos,
    previewing,
    printing,
    recap,
    relaying,
    reporting,
    review,
    sites,
    stand,
    team,
    toolkit,
)

app_name = "desk"

ACTION = r"^desk/actions/(?P<slug>[-\w]{1,60})/"
HIT = r"media/hit/(?P<key>[-\w.:]{1,60})/"
PAPER = r"papers/(?P<paper>[a-z-]{3,12})"
FILE = r"toolkit/(?P<key>[-\w]{1,60})/(?P<label>[a-z]{2}-\d{1,4})/(?P<file_name>[-\w.]{1,120})$"

urlpatterns: list[URLPattern] = [
    path("desk/actions/", calling.actions, name="actions"),
    path("desk/new-action/", calling.action_new, name="action_new"),
    re_path(ACTION + "$", calling.action, name="action"),
    re_path(ACTION + "parts/$", equipping.action_parts, name="action_parts"),
    re_path(ACTION + "goals/$", equipping.action_goals, name="action_goals"),
    re_path(ACTION + "toolkit/$", toolkit.action_toolkit, name="action_toolkit"),
    re_path(ACTION + FILE, toolkit.action_file, name="action_file"),
    re_path(ACTION + "papers/$", papers.action_papers, name="action_papers"),
    re_path(ACTION + PAPER + "/$", papers.action_paper, name="action_paper"),
    re_path(ACTION + PAPER + r"\.pdf$", require_safe(papers.action_paper_pdf), name="action_paper_pdf"),
    re_path(ACTION + "print/$", require_safe(printing.action_print), name="action_print"),
    re_path(
        ACTION + r"print/(?P<paper>[a-z-]{3,12})\.pdf$",
        require_safe(printing.action_print_pdf),
        name="action_print_pdf",
    ),
    re_path(ACTION + "recap/$", recap.action_recap, name="action_recap"),
    re_path(ACTION + "preview/$", previewing.action_preview, name="action_preview"),
    re_path(ACTION + "preview/toolkit/$", previewing.action_preview_toolkit, name="action_preview_toolkit"),
    re_path(ACTION + "preview/commit/$", previewing.action_preview_commit, name="action_preview_commit"),
    re_path(ACTION + "publish/$", calling.action_publish, name="action_publish"),
    re_path(ACTION + "close/$", closing.action_close, name="action_close"),
    path("desk/", stand.stand, name="stand"),
    path("desk/letters/", letters.letters, name="letters"),
    path("desk/held/", held.held, name="held"),
    path("desk/destroyed/", held.destroyed, name="destroyed"),
    path("desk/journal/", journal.journal, name="journal"),
    path("desk/journal/export/", journal.journal_export, name="journal_export"),
    re_path(r"^desk/actions/(?P<slug>[-\w]{1,60})/needs\.csv$", stand.needs, name="needs"),
    path("desk/begin/", coalition.begin, name="begin"),
    path("desk/coalition/", coalition.coalition, name="coalition"),
    path("desk/organisations/", organisations.organisations, name="organisations"),
    path("desk/organisations/add/", organisations.add_organisation, name="add_organisation"),
    re_path(r"^desk/organisations/(?P<slug>[-\w]{1,80})/$", organisations.organisation, name="organisation"),
    re_path(r"^desk/organisations/(?P<slug>[-\w]{1,80})/contacts/$", contacts.contacts, name="contacts"),
    re_path(
        r"^desk/organisations/(?P<slug>[-\w]{1,80})/contacts/(?P<uid>\w{1,20})\.csv$",
        contacts.contacts_file,
        name="contacts_file",
    ),
    path("desk/review/", review.review, name="review"),
    path("desk/review/decide/", review.decide, name="decide"),
    path("desk/review/messages/", relaying.host_messages, name="host_messages"),
    path("desk/review/photos/", photos.photos, name="photos"),
    re_path(r"^desk/review/photos/(?P<key>p-[a-z0-9]{1,18})/$", photos.photo, name="photo"),
    re_path(
        r"^desk/review/photos/(?P<file>[a-z0-9]{1,40}-[a-z]{1,10}\.(?:jpg|webp))$",
        require_safe(photos.photo_file),
        name="photo_file",
    ),
    path("desk/review/trust/", review.trust, name="trust"),
    re_path(r"^desk/review/(?P<key>c-[a-z0-9]{1,18})/$", sites.commitment, name="commitment"),
    re_path(r"^desk/review/(?P<key>c-[a-z0-9]{1,18})/change/$", sites.commitment_change, name="commitment_change"),
    path("desk/sites/", sites.sites, name="sites"),
    path("desk/people/", team.team, name="team"),
    path("desk/people/invite/", team.invite, name="invite"),
    path("desk/people/<slug:uid>/", team.person, name="person"),
    re_path(ACTION + "reports/$", reporting.reports, name="reports"),
    re_path(
        ACTION + r"reports/(?P<state>[a-z]{2})/(?P<city>[-\w]{1,100})/$", reporting.report_grid, name="report_grid"
    ),
    re_path(ACTION + "media/$", media.media, name="media"),
    re_path(ACTION + "media/add/$", bringing.media_add, name="media_add"),
    re_path(ACTION + HIT + "$", media.hit, name="hit"),
    re_path(ACTION + HIT + r"capture\.(?P<form>warc\.gz|txt)$", require_safe(media.capture), name="capture"),
    re_path(ACTION + "cancel/$", phases.cancel, name="cancel"),
    re_path(r"^desk/events/(?P<key>[-\w.:]{1,60})/$", phases.event, name="event"),
    re_path(
        r"^desk/events/(?P<key>[-\w.:]{1,60})/" + PAPER + r"\.pdf$",
        require_safe(printing.event_paper),
        name="event_paper",
    ),
]
