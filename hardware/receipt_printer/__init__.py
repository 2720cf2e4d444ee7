"""Receipt printer over ESC/POS.

`layout` turns a `hardware.ports.Document` into bytes (pure), `status` reads the printer's own words, `connections` are
the wires of python-escpos with time limits, `printer` is the driver that confirms what came out on paper.
"""
