"""What was understood of a row, why it stands as it does, and what holds for a whole list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0001_lists"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="listrow",
            name="city_slug",
        ),
        migrations.RemoveField(
            model_name="listrow",
            name="sentence",
        ),
        migrations.AddField(
            model_name="listrow",
            name="date_edtf",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="listrow",
            name="facts",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="listrow",
            name="fold",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="listrow",
            name="reason",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="listrow",
            name="tactic",
            field=models.CharField(
                blank=True,
                choices=[
                    ("walk-in", "walk-in"),
                    ("walk-out", "walk-out"),
                    ("rally", "rally"),
                    ("march", "march"),
                    ("town-hall", "town hall"),
                    ("teach-in", "teach-in"),
                    ("press-conference", "press conference"),
                    ("vigil", "vigil"),
                    ("petition", "petition delivery"),
                    ("canvass", "canvass"),
                    ("neighbourhood-walk", "neighbourhood walk"),
                    ("board-meeting", "board meeting"),
                    ("other", "other action"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="listrow",
            name="time_local",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sitelist",
            name="date_words",
            field=models.CharField(blank=True, max_length=100, verbose_name="day"),
        ),
        migrations.AddField(
            model_name="sitelist",
            name="in_hand",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="sitelist",
            name="time_words",
            field=models.CharField(blank=True, max_length=40, verbose_name="time"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="address",
            field=models.CharField(blank=True, max_length=200, verbose_name="address"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="city_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="city"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="date_words",
            field=models.CharField(blank=True, max_length=100, verbose_name="day"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="hosts_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="host organisation"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="note",
            field=models.CharField(blank=True, max_length=1000, verbose_name="for those who come"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="state",
            field=models.CharField(blank=True, max_length=2, verbose_name="state"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="tactic_words",
            field=models.CharField(blank=True, max_length=100, verbose_name="tactic"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="time_words",
            field=models.CharField(blank=True, max_length=100, verbose_name="time"),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="venue",
            field=models.CharField(max_length=200, verbose_name="school or place"),
        ),
        migrations.AlterField(
            model_name="sitelist",
            name="stage",
            field=models.CharField(
                choices=[
                    ("columns", "its columns must be named"),
                    ("matching", "is being matched"),
                    ("asking", "waits for you"),
                    ("committing", "is being committed"),
                    ("committed", "committed"),
                    ("undone", "undone"),
                ],
                default="matching",
                max_length=10,
            ),
        ),
    ]
