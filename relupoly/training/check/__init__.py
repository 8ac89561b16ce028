"""Certificates checked by a program of its own."""
