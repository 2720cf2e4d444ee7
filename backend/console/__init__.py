"""The operator's console: server-rendered pages over the fleet, its money and its records."""
