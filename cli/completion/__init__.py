"""Completion with TAB in bash, zsh and fish: of commands, options, choices, and files with the suffixes that are read.

What can stand at a place of a command line is known to the type of its parameter (`kinds`). Python reads the line as the shell
shows it (`line`) and answers (`shells`); the script that a shell loads (`scripts`) hands both over, and lists files in zsh and
fish, which do that better than we could. bash has only lists of words, so its files are found here (`files`).
"""
