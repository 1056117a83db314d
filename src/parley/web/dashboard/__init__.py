"""The dashboard: what staff see and do. Plain pages over the same services that the telephone and REST use."""
