"""Devices of the terminal: ports, drivers and their bench. Knows nothing of the kiosk."""
