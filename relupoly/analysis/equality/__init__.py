"""Whether two nets are the same function.

Read `equality.py` first: two nets are equal where their difference is 0 on every cell (`vanishing.py`; in boxes of many inputs
`bounded_vanishing.py`), of which the last layer need not be divided into cells (`last_layer.py`, `last_forms.py`).
"""
