"""The bench: peripherals as separate programs on the real wires, and one control interface for all of them."""
