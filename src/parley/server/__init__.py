"""The server: settings, the ASGI application, authentication, limits, health, metrics, and the command line."""
