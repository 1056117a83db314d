"""What people see: the page to talk from, and the dashboard."""
