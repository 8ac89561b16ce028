"""Nets from mathematics: the hard families that separate depths, and nets that represent given functions."""
