"""The addresses of the room: leaving a list, and whether the site is well."""

from __future__ import annotations

from django.urls import path

from manyplaces.mail import views

app_name = "mail"

urlpatterns = [
    path("letters/<str:token>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
    path("healthz", views.healthz, name="healthz"),
]
