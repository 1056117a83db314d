"""On PostgreSQL the database itself refuses two active bookings of a resource that overlap."""

from django.db import migrations

EXCLUDE = """
    CREATE EXTENSION IF NOT EXISTS btree_gist;
    ALTER TABLE scheduling_booking ADD CONSTRAINT booking_no_overlap
    EXCLUDE USING gist (resource_id WITH =, tstzrange(busy_from, busy_until) WITH &&)
    WHERE (status IN ('held', 'booked', 'arrived', 'fulfilled'));
"""


def exclude(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(EXCLUDE)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE scheduling_booking DROP CONSTRAINT booking_no_overlap;")


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]
    operations = [migrations.RunPython(exclude, allow)]
