"""The addresses of the room: bringing a list, and what becomes of it."""

from __future__ import annotations

from django.urls import path

from manyplaces.lists import views

app_name = "lists"

urlpatterns = [
    path("desk/lists/", views.lists, name="lists"),
    path("desk/lists/<slug:uid>/", views.site_list, name="site_list"),
    path("desk/lists/<slug:uid>/forms-<int:part>.pdf", views.forms_pdf, name="forms_pdf"),
    path("desk/lists/<slug:uid>/rows/<int:line>/", views.row, name="row"),
    path("desk/lists/<slug:uid>/columns/", views.columns, name="columns"),
]
