"""The addresses of tables: that of the page with .csv in the place of its last slash."""

from __future__ import annotations

from django.urls import path, re_path

from manyplaces.exchange import views
from manyplaces.exchange.columns import KINDS

app_name = "exchange"

ACTION = r"^actions/(?P<slug>[-\w]{1,60})"
STATE = r"(?P<state>[a-z]{2})"

urlpatterns = [
    path("desk/sample/", views.sample, name="sample"),
    path("desk/archives/", views.archives, name="archives"),
    re_path(r"^desk/archives/(?P<uid>\w{1,20})\.zip$", views.archive_file, name="archive_file"),
    re_path(r"^index\.csv$", views.home_csv, name="home_csv"),
    re_path(rf"^about/data/(?P<kind>{'|'.join(KINDS)})\.csv$", views.record_csv, name="record_csv"),
    path("about/data/crowds.csv", views.crowds_csv, name="crowds_csv"),
    re_path(rf"{ACTION}\.csv$", views.action_csv, name="action_csv"),
    re_path(rf"{ACTION}/numbers\.csv$", views.numbers_csv, name="numbers_csv"),
    re_path(rf"{ACTION}/media\.csv$", views.media_csv, name="media_csv"),
    re_path(rf"{ACTION}/press-kit\.zip$", views.action_kit, name="action_kit"),
    re_path(rf"{ACTION}/{STATE}/(?P<city>[-\w]{{1,100}})/press-kit\.zip$", views.city_kit, name="city_kit"),
    re_path(rf"{ACTION}/{STATE}\.csv$", views.state_csv, name="state_csv"),
    re_path(
        rf"{ACTION}/{STATE}/(?P<city>[-\w]{{1,100}})/numbers\.csv$", views.city_numbers_csv, name="city_numbers_csv"
    ),
    re_path(rf"{ACTION}/{STATE}/(?P<city>[-\w]{{1,100}})\.csv$", views.city_csv, name="city_csv"),
    re_path(r"^places/(?P<key>[-\w]{1,120})\.csv$", views.place_csv, name="place_csv"),
    re_path(r"^organisations/(?P<slug>[-\w]{1,80})\.csv$", views.organisation_csv, name="organisation_csv"),
]
