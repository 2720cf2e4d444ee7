"""The whole terminal driven from outside through the bench: people, a visit step by step, what everybody recorded."""
