"""Adds what a coalition says when it calls an action: opening, goals, guidelines, toolkit."""

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0001_actions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="action",
            options={"base_manager_name": "every"},
        ),
        migrations.AlterModelManagers(
            name="action",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("every", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="action",
            name="approval",
            field=models.CharField(
                choices=[
                    ("all", "a reviewer looks at every commitment"),
                    ("trusted", "trusted organisations and hosts are online at once"),
                ],
                default="all",
                max_length=8,
                verbose_name="approval",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="closes_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="commitments close"),
        ),
        migrations.AddField(
            model_name="action",
            name="goal",
            field=models.PositiveIntegerField(default=0, verbose_name="goal"),
        ),
        migrations.AddField(
            model_name="action",
            name="guidelines",
            field=models.TextField(
                blank=True,
                validators=[django.core.validators.MaxLengthValidator(10000)],
                verbose_name="guidelines for hosts",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="guidelines_es",
            field=models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
        ),
        migrations.AddField(
            model_name="action",
            name="lead_hours",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="lead time in hours"),
        ),
        migrations.AddField(
            model_name="action",
            name="opens_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="commitments open"),
        ),
        migrations.AddField(
            model_name="action",
            name="tactics",
            field=models.CharField(blank=True, max_length=200, verbose_name="tactics allowed"),
        ),
        migrations.AddField(
            model_name="action",
            name="time_local",
            field=models.TimeField(blank=True, null=True, verbose_name="usual time"),
        ),
        migrations.AddField(
            model_name="action",
            name="time_words",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="action",
            name="time_words_es",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="action",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="action",
            name="visibility",
            field=models.CharField(
                choices=[("draft", "draft: only on the desk"), ("public", "public")],
                db_index=True,
                default="public",
                max_length=8,
                verbose_name="visibility",
            ),
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_es", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="materials", to="actions.action"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MaterialVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Español")], max_length=2)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "url",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[
                            django.core.validators.RegexValidator(
                                '\\Ahttps?://[^\\s\\x00-\\x20\\x7f\\"<>\\\\^`{|}]{1,2000}\\Z',
                                "This is not a web address. Give one that begins with http:// or https:// and has no blanks in it.",
                            )
                        ],
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("stored_as", models.CharField(blank=True, max_length=60)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("made_by", models.CharField(max_length=80)),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="actions.material"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StateGoal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=2)),
                ("goal", models.PositiveIntegerField()),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="state_goals", to="actions.action"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="material",
            constraint=models.UniqueConstraint(fields=("action", "key"), name="one_material_per_action_and_key"),
        ),
        migrations.AddConstraint(
            model_name="materialversion",
            constraint=models.UniqueConstraint(
                fields=("material", "language", "number"), name="one_version_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="stategoal",
            constraint=models.UniqueConstraint(fields=("action", "state"), name="one_goal_per_action_and_state"),
        ),
    ]
