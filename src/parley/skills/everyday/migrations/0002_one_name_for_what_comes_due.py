"""Alarms and reminders come due under one name, so that one rule serves both."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("everyday", "0001_initial")]

    operations = [
        migrations.RenameField("alarm", "rings_at", "due_at"),
        migrations.AlterModelOptions("alarm", {"ordering": ["due_at"]}),
    ]
