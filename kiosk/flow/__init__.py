"""What the terminal does, as data: `step(terminal, event, now)` and `view_of(terminal, now)`. Pure."""
