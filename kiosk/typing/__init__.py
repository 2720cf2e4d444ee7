"""Typing Chinese with the terminal's own keys: pinyin to candidates. Nothing that is typed is learnt or kept."""
