"""A terminal without an identity joins its fleet: a ticket before the camera, a short code to compare, a yes."""
