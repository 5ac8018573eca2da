"""Photos of events, and requests to take one down."""

import django.db.models.deletion
from django.db import migrations, models

import manyplaces.reports.models.photos


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0012_contacts_kept_on_wish"),
        ("reports", "0001_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        default=manyplaces.reports.models.photos.photo_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("uid", models.CharField(editable=False, max_length=22, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploading", "is on its way"),
                            ("preparing", "is being prepared"),
                            ("refused", "could not be taken"),
                            ("waiting", "waits for a look"),
                            ("shown", "shown"),
                            ("kept back", "kept back"),
                            ("taken down", "hidden until somebody has looked"),
                            ("gone", "gone for good"),
                        ],
                        default="uploading",
                        max_length=10,
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("empty", "This file is empty. Choose the picture once more."),
                            (
                                "too_many_bytes",
                                "This file is larger than 50 MB. Take a screenshot of the picture, or save it smaller, and choose that.",
                            ),
                            (
                                "too_many_pixels",
                                "This picture has more than 50 megapixels. Take a screenshot of it, or save it smaller, and choose that.",
                            ),
                            (
                                "moving",
                                "Pictures that move, GIFs among them, are not taken. Take a screenshot of one moment and choose that.",
                            ),
                            (
                                "video",
                                "This is a video. Choose a photo, or take a screenshot of one moment and choose that.",
                            ),
                            (
                                "drawing",
                                "Drawings (SVG) are not taken. Save it as PNG, or take a screenshot, and choose that.",
                            ),
                            (
                                "other_kind",
                                "Pictures of this kind are not taken. Save it as JPEG, PNG, WebP, HEIC or AVIF, and choose that.",
                            ),
                            ("no_picture", "This file is no picture, whatever its name says. Choose a photo."),
                            (
                                "two_in_one",
                                "Another file is hidden in this picture. Open the picture, take a screenshot of it, and choose that.",
                            ),
                            (
                                "cut_off",
                                "The end of this picture is missing; it was cut off on its way. Choose the original once more.",
                            ),
                            (
                                "damaged",
                                "This picture cannot be opened; it is damaged or unusual. Take a screenshot of it, and choose that.",
                            ),
                            (
                                "too_heavy",
                                "This picture takes too much time or memory to open. Take a screenshot of it, and choose that.",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("negative", models.CharField(blank=True, max_length=40)),
                ("negative_until", models.DateTimeField(blank=True, null=True)),
                ("picture", models.CharField(blank=True, max_length=40)),
                ("large_width", models.PositiveSmallIntegerField(default=0)),
                ("large_height", models.PositiveSmallIntegerField(default=0)),
                ("middle_width", models.PositiveSmallIntegerField(default=0)),
                ("middle_height", models.PositiveSmallIntegerField(default=0)),
                ("small_width", models.PositiveSmallIntegerField(default=0)),
                ("small_height", models.PositiveSmallIntegerField(default=0)),
                ("boxes", models.JSONField(blank=True, default=list)),
                ("wanted", models.JSONField(blank=True, null=True)),
                ("alt", models.CharField(blank=True, max_length=300, verbose_name="what is seen, in English")),
                ("alt_es", models.CharField(blank=True, max_length=300, verbose_name="what is seen, in Spanish")),
                ("credit", models.CharField(blank=True, max_length=100, verbose_name="who took it")),
                (
                    "consent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no minor", "no child or teenager can be recognized in it"),
                            ("consent held", "everybody in it agreed, for children their parents"),
                            ("crowd", "a crowd at a public place, nobody stands out"),
                        ],
                        max_length=12,
                        verbose_name="why it may be shown",
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], default="en", max_length=2),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("prepared_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="events.event"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Takedown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("me", "I am in it"),
                            ("my child", "My child is in it"),
                            ("minor", "A child can be recognized in it"),
                            ("mine", "I took it, and nobody asked me"),
                            ("other", "Another reason"),
                        ],
                        max_length=10,
                    ),
                ),
                ("hid", models.BooleanField(default=True)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("is_gone", models.BooleanField(blank=True, null=True)),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="takedowns", to="reports.photo"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["state", "made_at"], name="photo_in_the_queue"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["picture"], name="photo_by_its_picture"),
        ),
        migrations.AddIndex(
            model_name="takedown",
            index=models.Index(fields=["decided_at", "asked_at"], name="takedown_in_the_queue"),
        ),
    ]
