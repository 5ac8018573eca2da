"""The site's addresses: English at the root, Spanish under /es/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("", include("manyplaces.places.urls")),
    # Early, as most ask for its pages, and after the list of schools, which stands under the addresses of places.
    path("", include("manyplaces.front.urls")),
    path("", include("manyplaces.people.urls")),
    path("", include("manyplaces.mail.urls")),
    path("", include("manyplaces.actions.urls")),
    path("", include("manyplaces.events.urls")),
    path("", include("manyplaces.lists.urls")),
    path("", include("manyplaces.rsvps.urls")),
    path("", include("manyplaces.reports.urls")),
    path("", include("manyplaces.desk.urls")),
    path("", include("manyplaces.exchange.urls")),
    prefix_default_language=False,
)

handler400 = "manyplaces.front.views.errors.bad_request"
handler403 = "manyplaces.front.views.errors.forbidden"
handler404 = "manyplaces.front.views.errors.not_found"
handler500 = "manyplaces.front.views.errors.broken"
