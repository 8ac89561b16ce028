"""What several commands take: options in groups, networks, and names of files.

Read `options.py` first: a group of options reaches a command as one object, which knows what to do with them.

* `options.py`: how networks are read, on which domain, and what becomes of the answer.
* `table_options.py`: the columns of a table; `gathering.py`: how a group is made.
* `option_values.py`, `reading_values.py`: what single options hold, checked before any file is read.
* `net_inputs.py`: networks by files, folders and patterns; `net_files.py`: where networks are written.
* `region_options.py`, `region_values.py`: what `regions` lists, tells and writes.
* `collisions.py`: no file is written twice, nor over what is read.
"""
