"""A count, divided: `tasks.py` divides a walk into tasks, in the same way on every machine."""
