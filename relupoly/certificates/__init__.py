"""What all checkers of certificates read with: lines, JSON documents and numbers, by means that no search uses.

A certificate is a file with a JSON document on each line. `lines.py` reads it, compressed or not; `source.py` counts the lines
and digests them; `numbers.py` reads exact numbers. There is nothing here but the standard library.
"""
