import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_whose(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Each calendar stays that of the one whose it was."""
    link = apps.get_model("calendars", "Link")
    through = link.resources.through
    rows = link.objects.values_list("pk", "resource_id")
    through.objects.bulk_create(through(link_id=pk, resource_id=resource) for pk, resource in rows)


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0001_initial"),
        ("scheduling", "0003_booking_reference_service_any_reason"),
    ]

    operations = [
        migrations.AlterField(
            model_name="link",
            name="resource",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="scheduling.resource"
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="resources",
            field=models.ManyToManyField(related_name="calendar_links", to="scheduling.resource"),
        ),
        migrations.RunPython(keep_whose, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="link", name="resource"),
        migrations.AlterField(
            model_name="link",
            name="shows",
            field=models.CharField(
                choices=[("nothing", "Nothing"), ("name", "Name"), ("all", "All"), ("absent", "Absent")],
                default="nothing",
                max_length=8,
            ),
        ),
        migrations.AddField(model_name="entry", name="missed_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="disagreement",
            name="resource",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="scheduling.resource",
            ),
        ),
    ]
