"""The fleet: its terminals, what each shall run, how they are, and how a change safely reaches all of them."""
