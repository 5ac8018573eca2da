"""Finding a school of the registry while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from manyplaces.places.models import School
from manyplaces.places.queries import find_schools
from manyplaces.places.rules import city_slug

MOST = 10


def find(request: HttpRequest) -> JsonResponse:
    """At most ten schools, best first: `?q=` as typed, `state=` narrows, `near=` a city of the state goes first."""
    state = request.GET.get("state", "")[:2]
    near = city_slug(request.GET.get("near", "")[:100]) if state else ""
    found = find_schools(request.GET.get("q", "")[:200], state=state, city_slug=near, limit=MOST)
    places = [_shown(one.school) for one in found]
    return JsonResponse({"places": places}, json_dumps_params={"ensure_ascii": False})


def _shown(school: School) -> dict[str, str]:
    return {
        "number": school.number,
        "name": school.name,
        "city": school.city_name,
        "state": school.state,
        "district": school.district,
        "level": school.level,
        "grades": school.grades,
    }
