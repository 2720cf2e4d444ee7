"""One module for each part of the console: what it asks the services, and which page shows it."""
