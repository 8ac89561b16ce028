"""What each command answers, in a line, so that a list of all needs none of their files; their own help texts begin with it."""

from __future__ import annotations

SUMMARIES = {
    "analyze": "How large, how steep, how robust is a network, exactly?",
    "arrangement": "Into how many regions do hyperplanes divide the space?",
    "batch": "What do many commands answer, or one on many files?",
    "bounds": "How many regions can a network of given widths have?",
    "check": "Is a certificate right, of a trained net or of an analysis?",
    "completion": "How does a shell complete relupoly with TAB?",
    "convert": "How does the same network read in another format?",
    "count-pieces": "How many affine pieces has a ReLU network, exactly?",
    "demo": "What can I try this with?",
    "equal": "Are two networks the same function, exactly?",
    "evaluate": "What does a network compute at points, exactly?",
    "gap": "How large must networks be that are less deep?",
    "hard": "Which functions need many neurons when shallow?",
    "help": "What does a command do, and which options has it?",
    "info": "What is in a network file, and which neurons do no work?",
    "man": "How are the pages of the manual installed?",
    "merge": "How many affine pieces do the parts of a count add up to?",
    "plot": "How does a network look, and what is known of networks?",
    "regions": "On which sets is a network which affine function?",
    "represent": "Which small network is a given piecewise linear function?",
    "schema": "Which form have the JSON documents of a command?",
    "setup": "Is everything compiled that the commands need?",
    "train": "Which net of a given width fits samples best?",
    "zonotope": "How many faces has a zonotope, and how large is it?",
}
