"""Adds passkeys, recovery codes, sign-in codes, the first-run code and proposals; sessions keep no last use."""

import django.db.models.deletion
from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_people_and_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstRunCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveField(
            model_name="session",
            name="seen_at",
        ),
        migrations.AddField(
            model_name="session",
            name="ceremony",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="uid",
            field=models.CharField(default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True),
        ),
        migrations.AddField(
            model_name="session",
            name="wants_passkey",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="action",
            field=models.CharField(blank=True, max_length=60, verbose_name="action"),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="city",
            field=models.CharField(blank=True, max_length=100, verbose_name="city"),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="state",
            field=models.CharField(blank=True, max_length=2, verbose_name="state"),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="name")),
                ("credential_hash", models.CharField(max_length=64, unique=True)),
                ("credential", models.BinaryField()),
                ("count", models.BigIntegerField(default=0)),
                ("made_on", models.DateField()),
                ("used_on", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passkeys", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("payload", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("wait_until", models.DateTimeField()),
                ("proposed_name", models.CharField(max_length=80)),
                ("seconded_name", models.CharField(blank=True, max_length=80)),
                ("seconded_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_name", models.CharField(blank=True, max_length=80)),
                ("carried_out_at", models.DateTimeField(blank=True, null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "seconded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recovery_codes", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
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
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("sign-in", "sign in"),
                            ("prove", "prove to be present"),
                            ("address", "change of address"),
                            ("passkey", "sign in with a passkey"),
                        ],
                        max_length=8,
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(db_index=True)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("is_known", models.BooleanField(default=False)),
                ("ceremony", models.JSONField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
