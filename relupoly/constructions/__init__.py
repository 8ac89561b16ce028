"""Nets from mathematics: the hard families that separate depths, one in each module, found through a table."""
