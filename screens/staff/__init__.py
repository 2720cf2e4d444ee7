"""Screens of staff mode: denser than those of citizens, with the same sizes of text and targets."""
