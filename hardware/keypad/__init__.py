"""Five keys that can be felt."""
