"""The page: one file for a browser, in which a person walks through the pieces of a net, without a network.

Python packs the cells and writes the file; all that is shown of them the page finds itself, in the modules of JavaScript beside
this file, which need nothing else.
"""
