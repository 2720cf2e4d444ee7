"""A change on its way through the fleet: a few terminals first, and a halt by itself when something is wrong."""
