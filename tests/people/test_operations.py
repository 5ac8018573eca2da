"""Organisations are known under every spelling of their names."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.people.models import Organisation, OrganisationName
from manyplaces.people.operations import change_organisation, find_or_add_organisation, name_organisation

pytestmark = pytest.mark.django_db


def test_the_same_name_written_otherwise_is_the_same_organisation(carla: Any) -> None:
    first = find_or_add_organisation("Voces de la Frontera", by=carla)
    again = find_or_add_organisation("VOCES DE LA FRONTERA", by=carla)
    assert (first, Organisation.objects.count()) == (again, 1)


def test_a_remembered_spelling_finds_the_organisation(carla: Any) -> None:
    union = find_or_add_organisation("Milwaukee Teachers' Education Association", by=carla).organisation
    name_organisation(union, "MTEA building leader", by=carla)
    assert find_or_add_organisation("MTEA building leader", by=carla).organisation == union


def test_a_spelling_that_stood_for_another_moves_over(carla: Any) -> None:
    spelling = find_or_add_organisation("UTD", by=carla)
    union = find_or_add_organisation("United Teachers of Dade", by=carla).organisation
    assert name_organisation(union, "UTD", by=carla).outcome == "changed"
    assert OrganisationName.objects.get(pk=spelling.pk).organisation == union


def test_two_organisations_never_share_an_address(carla: Any) -> None:
    slugs = [find_or_add_organisation(name, by=carla).organisation.slug for name in ("Café United!", "Cafe-United?")]
    assert slugs == ["cafe-united", "cafe-united"]
    find_or_add_organisation("Cafe United 2", by=carla)
    assert sorted(Organisation.objects.values_list("slug", flat=True)) == ["cafe-united", "cafe-united-2"]


def test_a_name_without_letters_is_refused(carla: Any) -> None:
    with pytest.raises(ValidationError):
        find_or_add_organisation(" -- ", by=carla)
    assert Organisation.objects.count() == 0


def test_a_link_that_is_no_web_address_is_refused(carla: Any) -> None:
    union = find_or_add_organisation("MTEA", by=carla).organisation
    for link in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "http://a b", "//evil", "https://x\ny"):
        union.url = link
        with pytest.raises(ValidationError):
            change_organisation(union, by=carla)
    assert Organisation.objects.get().url == ""
