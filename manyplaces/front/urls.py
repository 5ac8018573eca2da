"""The addresses of pages."""

from django.urls import URLPattern

app_name = "front"
urlpatterns: list[URLPattern] = []
