"""The conversation about appointments, one module for each thing that is asked."""
