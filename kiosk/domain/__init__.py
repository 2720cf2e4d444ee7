"""What the service is about, as frozen data and functions from data to data; nothing here reads, waits or draws."""
