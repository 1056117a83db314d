"""People, roles, devices, keys, profiles and preferences."""
