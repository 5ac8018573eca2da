"""Adds people with an account, their rights and sessions, and which organisations are trusted."""

import django.db.models.deletion
from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_organisations"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="is_trusted",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="organisation",
            name="vouch_digest",
            field=models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("name_sealed", models.BinaryField(default=b"")),
                ("email_sealed", models.BinaryField(default=b"")),
                ("phone_sealed", models.BinaryField(default=b"")),
                ("email_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=43)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")],
                        default="en",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("alias", models.CharField(max_length=60, verbose_name="name")),
                ("made_on", models.DateField(auto_now_add=True)),
                ("seen_on", models.DateField(blank=True, null=True)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "people",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email_hash", ""), _negated=True),
                        fields=("email_hash",),
                        name="one_account_per_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("proved_at", models.DateTimeField()),
                ("is_strong", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("national", "national coordinator"),
                            ("coordinator", "city or state coordinator"),
                            ("reviewer", "reviewer"),
                            ("press", "press contact"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("action", models.CharField(blank=True, max_length=60)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("since", models.DateTimeField(auto_now_add=True)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "role", "action", "state", "city"), name="one_grant_of_a_kind"
                    )
                ],
            },
        ),
    ]
